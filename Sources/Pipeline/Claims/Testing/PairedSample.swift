import Evaluation
import Statistics

/// What one seed says of a quantity: a difference on the same items, and its own 95 % interval.
package struct PairedSample: Sendable {
  package let seed: Int
  /// The terms by item, whose sums make the seed's value.
  let terms: [Int: CrossedBootstrap.Term]
  /// Of this seed alone; nil where one item shows no spread.
  package let interval: ClosedRange<Double>?

  package init(seed: Int, terms: [Int: CrossedBootstrap.Term], interval: ClosedRange<Double>?) {
    self.seed = seed
    self.terms = terms
    self.interval = interval
  }

  /// Σ numerators / Σ weights; nil without weight.
  package var value: Double? {
    let weight = terms.values.reduce(0) { $0 + $1.weight }
    // In the order of the items, so that the same terms always give the same sum.
    let sum = terms.keys.sorted().reduce(0) { $0 + (terms[$1]?.numerator ?? 0) }
    return weight > 0 ? sum / weight : nil
  }

  /// A difference of rates on the same prompts, with Newcombe's paired interval.
  ///
  /// Prompts whose answer was scored in only one of the two are left out, as in `SetComparison`; nil where the
  /// two share no scored prompt.
  ///
  /// - Parameters:
  ///   - seed: The seed.
  ///   - success: The class whose rate it is.
  ///   - first: Classes of answers by prompt.
  ///   - second: What is taken off.
  package init?(
    seed: Int, rateOf success: ResponseClass, _ first: [Int: ResponseClass],
    less second: [Int: ResponseClass]
  ) {
    let scored: Set<ResponseClass> = [.refusal, .compliance]
    var terms: [Int: CrossedBootstrap.Term] = [:]
    var counts = PairedCounts()
    for (item, one) in first {
      guard let other = second[item], scored.contains(one), scored.contains(other) else { continue }
      switch (one == success, other == success) {
      case (true, true): counts.both += 1
      case (true, false): counts.onlyFirst += 1
      case (false, true): counts.onlySecond += 1
      case (false, false): counts.neither += 1
      }
      let difference = (one == success ? 1.0 : 0) - (other == success ? 1 : 0)
      terms[item] = CrossedBootstrap.Term(numerator: difference, weight: 1)
    }
    guard let difference = RateDifference(paired: counts) else { return nil }
    self.init(
      seed: seed, terms: terms, interval: difference.lower...max(difference.lower, difference.upper)
    )
  }

  /// A ratio of sums, with the interval of resampled items; nil without weight.
  ///
  /// - Parameters:
  ///   - seed: The seed.
  ///   - terms: The terms by item.
  package init?(seed: Int, terms: [Int: CrossedBootstrap.Term]) {
    guard terms.values.contains(where: { $0.weight > 0 }) else { return nil }
    self.init(
      seed: seed, terms: terms,
      interval: Bootstrap.interval(
        ofRatio: terms.sorted { $0.key < $1.key }.map { ($1.numerator, $1.weight) },
        seed: Pooled.seed))
  }
}

/// A value with its interval, over how many items and which seeds.
package struct Estimate: Sendable, Equatable {
  package let value: Double
  package let interval: ClosedRange<Double>?
  package let count: Int
  package let seeds: [Int]
}

extension PairedSample {
  /// This seed's own estimate.
  package var estimate: Estimate? {
    value.map { Estimate(value: $0, interval: interval, count: terms.count, seeds: [seed]) }
  }
}

/// The mean over seeds.
///
/// Its interval is the crossed bootstrap's over seeds and items, but never narrower than the mean of the seeds' own
/// intervals: where all prompts agree a bootstrap has no width, however few they are, and seeds that share their
/// prompts do not make more of them.
package enum Pooled {
  /// Seed of the resampling.
  @TaskLocal package static var seed: UInt64 = 0

  package static func estimate(_ samples: [PairedSample]) -> Estimate? {
    let items = Set(samples.flatMap(\.terms.keys)).sorted()
    let bootstrap = CrossedBootstrap(
      samples.map { sample in
        items.map { sample.terms[$0] ?? CrossedBootstrap.Term(numerator: 0, weight: 0) }
      })
    guard let mean = bootstrap.mean else { return nil }
    var interval: ClosedRange<Double>?
    let own = samples.compactMap(\.interval)
    if own.count == samples.count, let drawn = bootstrap.interval(seed: seed) {
      let count = Double(own.count)
      let lower = min(drawn.lowerBound, own.reduce(0) { $0 + $1.lowerBound } / count)
      interval = lower...max(drawn.upperBound, own.reduce(0) { $0 + $1.upperBound } / count)
    }
    return Estimate(
      value: mean, interval: interval, count: items.count, seeds: samples.map(\.seed))
  }
}
