/// How a score is distributed over the pool: what a candidate that is picked at random has.
public struct ScoreDistribution: Sendable, Equatable {
  /// The expected score of a random pick.
  public let mean: Double
  /// Minimum, lower quartile, median, upper quartile, maximum.
  public let quantiles: [Double]

  /// The probabilities of the quantiles.
  public static let levels = [0, 0.25, 0.5, 0.75, 1]

  /// Summarises scores; those that are NaN are left out.
  ///
  /// Quantiles lie between neighbours in proportion, as NumPy's do (type 7 of Hyndman & Fan 1996).
  ///
  /// - Parameter scores: One a candidate.
  public init(_ scores: [Double]) {
    let sorted = scores.filter { !$0.isNaN }.sorted()
    guard let last = sorted.indices.last else {
      mean = .nan
      quantiles = Self.levels.map { _ in .nan }
      return
    }
    mean = sorted.reduce(0, +) / Double(sorted.count)
    quantiles = Self.levels.map { level in
      let place = level * Double(last)
      let below = Int(place)
      let above = min(below + 1, last)
      let share = place - Double(below)
      return sorted[below] + share * (sorted[above] - sorted[below])
    }
  }
}
