import RandomNumbers

/// Replicates of the same measurement on the same items: a mean over replicates whose interval knows of both.
///
/// Replicate r has of item i a numerator nᵣᵢ and a weight wᵣᵢ, 0 where it lacks the item. Its value is
/// Σᵢ nᵣᵢ / Σᵢ wᵣᵢ, and that of all is the mean of the replicates' values. Items are the same in all replicates, so
/// that they are drawn once for all of them: drawing them anew in each would count the same prompts as if there
/// were more of them.
///
/// Source: Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007).
public struct CrossedBootstrap: Sendable {
  /// What one replicate has of one item.
  public struct Term: Sendable, Equatable {
    /// The numerator.
    public let numerator: Double
    /// The weight; 0 where the item is not there.
    public let weight: Double

    /// Creates a term.
    public init(numerator: Double, weight: Double) {
      self.numerator = numerator
      self.weight = weight
    }
  }

  private let replicates: [[Term]]

  /// Takes the terms.
  ///
  /// - Parameter replicates: For each replicate a term an item, in the same order in all.
  public init(_ replicates: [[Term]]) { self.replicates = replicates }

  /// The mean over replicates; nil where one has no weight, or there is none.
  public var mean: Double? {
    let items = Array(0..<(replicates.map(\.count).min() ?? 0))
    return mean(Array(replicates.indices), items)
  }

  private func mean(_ drawnReplicates: [Int], _ drawnItems: [Int]) -> Double? {
    var sum = 0.0
    for replicate in drawnReplicates {
      let terms = replicates[replicate]
      var (numerator, weight) = (0.0, 0.0)
      for item in drawnItems {
        numerator += terms[item].numerator
        weight += terms[item].weight
      }
      guard weight > 0 else { return nil }
      sum += numerator / weight
    }
    return drawnReplicates.isEmpty ? nil : sum / Double(drawnReplicates.count)
  }

  /// The 2.5 % to 97.5 % range of the mean over resamples of replicates and of items.
  ///
  /// Each resample draws as many replicates as there are, then as many items, both with replacement. Where all
  /// terms are alike it has no width, however few they are: who tests with it needs a floor besides.
  ///
  /// - Parameters:
  ///   - resampleCount: Resamples.
  ///   - seed: Of the draws.
  /// - Returns: The interval; nil for fewer than two items, or where no resample has a mean.
  public func interval(
    resampleCount: Int = Bootstrap.resampleCount, seed: UInt64
  ) -> ClosedRange<Double>? {
    let itemCount = replicates.map(\.count).min() ?? 0
    guard itemCount > 1 else { return nil }
    var generator = SplitMix64(seed: seed)
    var means: [Double] = []
    var (drawnReplicates, drawnItems) = (Array(replicates.indices), Array(0..<itemCount))
    for _ in 0..<max(0, resampleCount) {
      for place in drawnReplicates.indices {
        drawnReplicates[place] = generator.index(below: replicates.count)
      }
      for place in drawnItems.indices { drawnItems[place] = generator.index(below: itemCount) }
      if let mean = mean(drawnReplicates, drawnItems), mean.isFinite { means.append(mean) }
    }
    means.sort()
    guard let lower = quantile(0.025, of: means), let upper = quantile(0.975, of: means) else {
      return nil
    }
    return lower...max(lower, upper)
  }
}
