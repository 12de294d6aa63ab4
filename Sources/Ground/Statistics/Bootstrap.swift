import RandomNumbers

/// Percentile intervals by resampling, at 95 %.
public enum Bootstrap {
  /// Resamples unless said otherwise.
  public static let resampleCount = 2000

  /// The 2.5 % to 97.5 % range of a statistic over resamples of whole clusters.
  ///
  /// Each resample draws as many clusters as there are, with replacement; the statistic is computed from all
  /// items of those drawn. With every item a cluster it is the plain bootstrap. The same seed gives the same
  /// interval.
  ///
  /// Few clusters give intervals that are too narrow (below about ten, noticeably so), and one cluster gives
  /// none: drawn again and again, it shows no spread between clusters.
  ///
  /// Sources: Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979); Davison
  /// and Hinkley, "Bootstrap methods and their application" (1997), section 3.8.
  ///
  /// - Parameters:
  ///   - clusterCount: Clusters.
  ///   - resampleCount: Resamples.
  ///   - seed: Of the draws.
  ///   - statistic: Of a resample, from the numbers of the clusters drawn; nil where it has none, which
  ///     leaves the resample out.
  /// - Returns: The interval; nil for fewer than two clusters, or where no resample has a statistic.
  public static func interval(
    clusterCount: Int, resampleCount: Int = resampleCount, seed: UInt64,
    statistic: (_ drawn: [Int]) -> Double?
  ) -> ClosedRange<Double>? {
    guard clusterCount > 1 else { return nil }
    var generator = SplitMix64(seed: seed)
    var drawn = [Int](repeating: 0, count: clusterCount)
    var statistics: [Double] = []
    for _ in 0..<max(0, resampleCount) {
      for place in drawn.indices { drawn[place] = generator.index(below: clusterCount) }
      if let value = statistic(drawn), value.isFinite { statistics.append(value) }
    }
    statistics.sort()
    guard let lower = quantile(0.025, of: statistics), let upper = quantile(0.975, of: statistics)
    else { return nil }
    return lower...max(lower, upper)
  }

  /// The interval of a ratio of sums, such as a rate over clusters: Σ numerators / Σ denominators.
  ///
  /// - Parameters:
  ///   - clusters: Numerator and denominator of each; a rate has successes and trials.
  ///   - resampleCount: Resamples.
  ///   - seed: Of the draws.
  /// - Returns: The interval; nil for fewer than two clusters with a denominator.
  public static func interval(
    ofRatio clusters: [(numerator: Double, denominator: Double)],
    resampleCount: Int = resampleCount, seed: UInt64
  ) -> ClosedRange<Double>? {
    let filled = clusters.filter { $0.denominator > 0 }
    return interval(clusterCount: filled.count, resampleCount: resampleCount, seed: seed) { drawn in
      let numerator = drawn.reduce(0) { $0 + filled[$1].numerator }
      return numerator / drawn.reduce(0) { $0 + filled[$1].denominator }
    }
  }
}
