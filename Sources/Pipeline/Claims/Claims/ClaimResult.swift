/// A number of the card.
package struct Quantity: Sendable {
  package let name: String
  package let value: Double
  /// The 95 % interval.
  package let interval: ClosedRange<Double>?
  /// Items that it is over: prompts, examples, or what the name says.
  package let count: Int
  package let seeds: [Int]
  /// What a test made of it, where it is not the claim's own number.
  package var verdict: Verdict?
  /// The same number for each seed.
  package var points: [Estimate] = []

  /// An estimate.
  init(_ name: String, _ estimate: Estimate, verdict: Verdict? = nil, points: [Estimate] = []) {
    self.init(
      name, estimate.value, interval: estimate.interval, count: estimate.count,
      seeds: estimate.seeds)
    self.verdict = verdict
    self.points = points
  }

  /// The result of a test; nil where nothing was measured.
  init?(_ name: String, _ result: EquivalenceTest.Result) {
    guard let pooled = result.pooled else { return nil }
    self.init(name, pooled, verdict: result.verdict, points: result.seeds.map(\.estimate))
  }

  /// A number as it is.
  init(
    _ name: String, _ value: Double, interval: ClosedRange<Double>? = nil, count: Int,
    seeds: [Int] = []
  ) {
    self.name = name
    self.value = value
    self.interval = interval
    self.count = count
    self.seeds = seeds
  }
}

/// A number of others.
package struct PublishedNumber: Sendable {
  package let what: String
  package let value: String
  package let source: String
}

/// What became of one claim, and the numbers behind it.
package struct ClaimResult: Sendable {
  /// `C0` to `C9`.
  package let id: String
  /// What is claimed.
  package let text: String
  package let verdict: Verdict
  package let reason: String
  /// The test in words, with its margin.
  package let test: String
  /// What the verdict follows from.
  package let quantities: [Quantity]
  /// Other arms, conditions, settings.
  package let further: [Quantity]
  /// Numbers of the controls that were run for it.
  package let controls: [Int]
  /// What a reader may quote.
  package let sentence: String
}
