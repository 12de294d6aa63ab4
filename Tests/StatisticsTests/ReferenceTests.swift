import OrderedJSON
import Statistics
import TestSupport
import Testing

/// Against SciPy, statsmodels and NumPy: `Tests/Python/make_statistics_reference.py`.
@Suite struct ReferenceTests {
  private let reference: JSONValue

  init() throws { reference = try Fixtures.json("statistics/reference.json") }

  private func cases(_ key: String) throws -> [JSONValue] {
    let cases = try #require(reference[key]?.arrayValue)
    #expect(cases.count > 1)
    return cases
  }

  private func counts(_ value: JSONValue) throws -> PairedCounts {
    let numbers = try integers(value["counts"])
    var counts = PairedCounts()
    counts.both = numbers[0]
    counts.onlyFirst = numbers[1]
    counts.onlySecond = numbers[2]
    counts.neither = numbers[3]
    return counts
  }

  private func integers(_ value: JSONValue?) throws -> [Int] {
    try #require(value?.arrayValue).map { try #require($0.integerValue) }
  }

  private func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).map { try #require($0.doubleValue) }
  }

  private func expect(_ found: [Double], _ expected: [Double], within tolerance: Double) {
    #expect(found.count == expected.count)
    for (one, two) in zip(found, expected) { #expect(abs(one - two) < tolerance, "\(one), \(two)") }
  }

  @Test func mcNemar() throws {
    var methods: Set<String> = []
    for value in try cases("mcnemar") {
      let test = McNemarTest(try counts(value))
      let key = test.method == .exact ? "exact" : "corrected"
      let expected = try #require(value[key]?.doubleValue)
      #expect(abs(test.pValue - expected) < 1e-12, "\(value)")
      methods.insert(key)
    }
    #expect(methods.count == 2)
  }

  @Test func newcombeOfPairs() throws {
    for value in try cases("newcombe_paired") {
      let found = try #require(RateDifference(paired: counts(value)))
      expect(
        [found.difference, found.lower, found.upper], try numbers(value["interval"]), within: 1e-12)
    }
  }

  @Test func newcombeOfIndependentSamples() throws {
    for value in try cases("newcombe_independent") {
      let first = try integers(value["first"])
      let second = try integers(value["second"])
      let found = try #require(
        RateDifference(independent: (first[0], first[1]), (second[0], second[1])))
      expect(
        [found.difference, found.lower, found.upper], try numbers(value["interval"]), within: 1e-12)
    }
  }

  @Test func kappa() throws {
    for value in try cases("kappa") {
      let table = try #require(value["table"]?.arrayValue).map { try integers($0) }
      let found = try #require(CohensKappa(table))
      #expect(abs(found.kappa - (value["kappa"]?.doubleValue ?? .nan)) < 1e-12)
      // The variance of complete (dis)agreement is a difference of equal terms, of which the root is taken.
      #expect(
        abs(found.standardError - (value["standard_error"]?.doubleValue ?? .nan)) < 1e-8, "\(value)"
      )
    }
  }

  @Test func standardErrors() throws {
    let value = try #require(reference["standard_error"])
    let values = try numbers(value["values"])
    let clusters = try integers(value["clusters"])
    let independent = try #require(standardErrorOfMean(values))
    #expect(abs(independent - (value["independent"]?.doubleValue ?? .nan)) < 1e-14)
    let clustered = try #require(standardErrorOfMean(values, clusters: clusters))
    #expect(abs(clustered - (value["clustered"]?.doubleValue ?? .nan)) < 1e-14)
    let alone = try #require(standardErrorOfMean(values, clusters: Array(values.indices)))
    #expect(abs(alone - independent) < 1e-15)
  }

  @Test func quantiles() throws {
    let value = try #require(reference["quantile"])
    let sorted = try numbers(value["sorted"])
    let found = try numbers(value["fractions"]).map { try #require(quantile($0, of: sorted)) }
    expect(found, try numbers(value["values"]), within: 1e-14)
  }

  /// With the same draws the same interval as NumPy; with SciPy's own about the same: the ends of 2000
  /// resamples are within 0.03 of those of 200 000.
  @Test func bootstrapOfClusters() throws {
    for value in try cases("bootstrap") {
      let clusters = try #require(value["clusters"]?.arrayValue).map { try numbers($0) }
      let resamples = try #require(value["resamples"]?.integerValue)
      let seed = UInt64(try #require(value["seed"]?.integerValue))
      let found = try #require(
        Bootstrap.interval(
          ofRatio: clusters.map { ($0[0], $0[1]) }, resampleCount: resamples, seed: seed))
      let ends = [found.lowerBound, found.upperBound]
      expect(ends, try numbers(value["interval"]), within: 1e-12)
      expect(ends, try numbers(value["scipy"]), within: 0.03)
    }
  }
}

/// What has no value is nil.
@Suite struct DegenerateStatisticsTests {
  @Test func withoutItems() {
    #expect(RateDifference(paired: PairedCounts()) == nil)
    #expect(RateDifference(independent: (0, 0), (1, 2)) == nil)
    #expect(McNemarTest(PairedCounts()) == McNemarTest(PairedCounts([(true, true)])))
    #expect(McNemarTest(PairedCounts()).pValue == 1)
    #expect(CohensKappa(PairedCounts()) == nil)
    #expect(quantile(0.5, of: []) == nil)
    #expect(standardErrorOfMean([]) == nil)
    #expect(standardErrorOfMean([], clusters: [Int]()) == nil)
    #expect(Bootstrap.interval(ofRatio: [], seed: 0) == nil)
  }

  @Test func withOneItemOrCluster() {
    #expect(standardErrorOfMean([1]) == nil)
    #expect(standardErrorOfMean([1, 0, 1], clusters: ["a", "a", "a"]) == nil)
    #expect(standardErrorOfMean([1, 0], clusters: ["a"]) == nil)
    #expect(Bootstrap.interval(ofRatio: [(3, 10)], seed: 0) == nil)
    #expect(Bootstrap.interval(ofRatio: [(3, 10), (0, 0)], seed: 0) == nil)
    #expect(quantile(0.975, of: [7]) == 7)
    #expect(quantile(1.5, of: [7]) == nil)
    #expect(quantile(.nan, of: [7]) == nil)
    #expect(CohensKappa(PairedCounts([(true, true), (true, true)])) == nil)
  }

  @Test func withCountsThatAreNone() {
    #expect(WilsonInterval(successes: -1, trials: 3) == nil)
    #expect(WilsonInterval(successes: 4, trials: 3) == nil)
    #expect(CohensKappa([[1, 2], [3]]) == nil)
    #expect(CohensKappa([[1, -2], [3, 4]]) == nil)
    #expect(Bootstrap.interval(clusterCount: 3, resampleCount: -1, seed: 0) { _ in 1 } == nil)
    #expect(Bootstrap.interval(clusterCount: 3, seed: 0) { _ in nil } == nil)
  }

  @Test func withoutSpread() {
    #expect(standardErrorOfMean([0.5, 0.5]) == 0)
    #expect(Bootstrap.interval(ofRatio: [(1, 2), (2, 4)], seed: 0) == 0.5...0.5)
  }
}
