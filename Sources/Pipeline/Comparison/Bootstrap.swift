import RandomNumbers

/// Means over pairs, with intervals for other examples than these.
///
/// The percentile bootstrap (Efron 1979): examples are drawn again with replacement, and a pair
/// counts as often as the product of the counts of its examples, since pairs that share one are not
/// independent. Of 1000 draws the interval leaves out 2.5 % on either side.
struct Bootstrap {
  /// Mean and interval; the interval is NaN for fewer than three examples.
  struct Estimate: Equatable {
    var mean: Double
    var low = Double.nan
    var high = Double.nan
  }

  private static let drawCount = 1000
  /// The pairs of the relation.
  let pairs: [Int]
  /// For each draw how often each pair counts; none where intervals make no sense.
  private var weights: [[Double]] = []

  /// Draws.
  ///
  /// - Parameters:
  ///   - relation: Whose pairs.
  ///   - pairing: All pairs.
  ///   - seed: Start of the random numbers.
  init(relation: Int, of pairing: Pairing, seed: Int) {
    let own = pairing.pairs.indices.filter { pairing.pairs[$0].relation == relation }
    pairs = own
    let drawn = own.map { pairing.pairs[$0].drawn }
    // Files are drawn from by themselves.
    let files = Set(drawn.joined().map(\.file)).sorted()
    let examples = files.map { file in
      Set(drawn.joined().filter { $0.file == file }.map(\.index)).sorted().map {
        DrawnExample(file: file, index: $0)
      }
    }
    guard !examples.isEmpty, examples.allSatisfy({ $0.count >= 3 }) else { return }
    var generator = SplitMix64(seed: UInt64(seed) &* 1_000_003 &+ UInt64(relation))
    for _ in 0..<Self.drawCount {
      var counts: [DrawnExample: Double] = [:]
      for group in examples {
        for _ in group { counts[group[generator.index(below: group.count)], default: 0] += 1 }
      }
      weights.append(drawn.map { $0.reduce(1) { $0 * (counts[$1] ?? 0) } })
    }
  }

  /// Estimates the mean of some values.
  ///
  /// - Parameter value: The value of a pair by its index; pairs that have NaN are left out.
  /// - Returns: The mean and its interval.
  func estimate(_ value: (Int) -> Double) -> Estimate {
    let values = pairs.map(value)
    let known = values.indices.filter { !values[$0].isNaN }
    if known.isEmpty { return Estimate(mean: .nan) }
    let mean = known.reduce(0) { $0 + values[$1] } / Double(known.count)
    var means: [Double] = []
    for weights in weights {
      var (sum, total) = (0.0, 0.0)
      for index in known {
        sum += weights[index] * values[index]
        total += weights[index]
      }
      if total > 0 { means.append(sum / total) }
    }
    guard means.count * 2 > Self.drawCount else { return Estimate(mean: mean) }
    means.sort()
    return Estimate(
      mean: mean, low: means[means.count * 25 / 1000], high: means[means.count * 975 / 1000])
  }
}
