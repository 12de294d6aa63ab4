/// The order of scores: 1 is the highest, and equal scores share the mean of their places.
public struct Ranks: Sendable, Equatable {
  /// The rank of each item; NaN for a score that is NaN.
  public let values: [Double]

  /// Ranks scores.
  ///
  /// - Parameter scores: The higher the better; those that are NaN have no rank.
  public init(_ scores: [Double]) {
    let order = scores.indices.filter { !scores[$0].isNaN }.sorted { scores[$0] > scores[$1] }
    var values = Array(repeating: Double.nan, count: scores.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      for place in start..<end { values[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    self.values = values
  }

  /// Spearman's rank correlation: Pearson's of the ranks.
  ///
  /// - Parameters:
  ///   - first: Scores.
  ///   - second: As many other scores of the same items.
  /// - Returns: Between -1 and 1, over the items that have both; NaN for fewer than two, or where all are equal.
  public static func spearman(_ first: [Double], _ second: [Double]) -> Double {
    let both = zip(first, second).filter { !$0.isNaN && !$1.isNaN }
    let (a, b) = (Ranks(both.map(\.0)).values, Ranks(both.map(\.1)).values)
    let mean = Double(both.count + 1) / 2
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (one, other) in zip(a, b) {
      product += (one - mean) * (other - mean)
      squareA += (one - mean) * (one - mean)
      squareB += (other - mean) * (other - mean)
    }
    let correlation = product / (squareA * squareB).squareRoot()
    return correlation.isNaN ? correlation : min(max(correlation, -1), 1)
  }
}
