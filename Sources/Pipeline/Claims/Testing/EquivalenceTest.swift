/// Whether a quantity is at most a margin: decided by the upper ends of intervals, never by the lack of a
/// significant difference.
///
/// A seed *holds* where the upper end of its own interval is at most the margin, *fails* where its lower end is
/// above, and else is *open*. The claim is *reproduced* when the pooled upper end is at most the margin and no seed
/// fails; *not reproduced* when the pooled lower end is above it and no seed holds; else *unstable*.
package struct EquivalenceTest: Sendable {
  package let margin: Double

  /// What one seed says.
  package enum Outcome: String, Sendable {
    case holds, fails, open
  }

  /// What all of them say.
  package struct Result: Sendable {
    package let verdict: Verdict
    package let reason: String
    /// Nil where nothing could be measured.
    package let pooled: Estimate?
    package let seeds: [(estimate: Estimate, outcome: Outcome)]
  }

  package init(_ margin: Margin) { self.margin = margin.value }

  package init(margin: Double) { self.margin = margin }

  /// What an interval says.
  package func outcome(_ interval: ClosedRange<Double>?) -> Outcome {
    guard let interval else { return .open }
    if interval.upperBound <= margin { return .holds }
    return interval.lowerBound > margin ? .fails : .open
  }

  /// Tests samples, one a seed.
  ///
  /// - Parameter samples: The samples.
  /// - Returns: The result; *not testable here* without any.
  package func result(_ samples: [PairedSample]) -> Result {
    guard let pooled = Pooled.estimate(samples) else {
      return Result(
        verdict: .notTestable, reason: "nothing was measured", pooled: nil, seeds: [])
    }
    let seeds = samples.compactMap { sample in
      sample.estimate.map { (estimate: $0, outcome: outcome($0.interval)) }
    }
    let outcomes = seeds.map(\.outcome)
    let (verdict, reason) = decide(outcome(pooled.interval), outcomes)
    let suffix = samples.count == 1 ? "; one seed alone" : ""
    return Result(verdict: verdict, reason: reason + suffix, pooled: pooled, seeds: seeds)
  }

  private func decide(_ pooled: Outcome, _ seeds: [Outcome]) -> (Verdict, String) {
    let (holds, fails) = (seeds.contains(.holds), seeds.contains(.fails))
    let limit = Digits.text(margin)
    switch pooled {
    case .holds where !fails: return (.reproduced, "the interval ends at most at \(limit)")
    case .fails where !holds: return (.notReproduced, "the interval begins above \(limit)")
    case .holds, .fails: return (.unstable, "seeds disagree")
    case .open:
      return (.unstable, holds && fails ? "seeds disagree" : "the interval reaches over the margin")
    }
  }
}
