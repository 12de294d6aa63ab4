import Claims
import Evaluation
import OrderedJSON
import Statistics
import TestSupport
import Testing

/// The numbers of `Tests/Python/make_claims_reference.py`.
@Suite struct TestingTests {
  private let reference: JSONValue

  init() throws { reference = try Fixtures.json("claims/reference.json") }

  private func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).map { try #require($0.doubleValue) }
  }

  private func cases(_ key: String) throws -> [JSONValue] {
    let cases = try #require(reference[key]?.arrayValue)
    #expect(cases.count == 3)
    return cases
  }

  @Test func crossedBootstrapIsNumPys() throws {
    for entry in try cases("crossed") {
      let terms = try #require(entry["terms"]?.arrayValue).map { row in
        try #require(row.arrayValue).map { term in
          let pair = try numbers(term)
          return CrossedBootstrap.Term(numerator: pair[0], weight: pair[1])
        }
      }
      let seed = try #require(entry["seed"]?.integerValue)
      let bootstrap = CrossedBootstrap(terms)
      let interval = try #require(bootstrap.interval(seed: UInt64(seed)))
      let expected = try numbers(entry["interval"])
      #expect(abs(try #require(bootstrap.mean) - (entry["mean"]?.doubleValue ?? .nan)) < 1e-12)
      #expect(abs(interval.lowerBound - expected[0]) < 1e-12)
      #expect(abs(interval.upperBound - expected[1]) < 1e-12)
    }
    #expect(CrossedBootstrap([]).mean == nil)
    #expect(CrossedBootstrap([[]]).interval(seed: 0) == nil)
    #expect(CrossedBootstrap([[.init(numerator: 1, weight: 1)]]).interval(seed: 0) == nil)
    #expect(CrossedBootstrap([[.init(numerator: 1, weight: 0)]]).mean == nil)
  }

  private func classes(_ letters: String) -> [Int: ResponseClass] {
    let classes: [Character: ResponseClass] = [
      "c": .compliance, "r": .refusal, "d": .degenerate,
    ]
    return Dictionary(
      uniqueKeysWithValues: letters.enumerated().map { ($0, classes[$1] ?? .unscored) })
  }

  @Test func pooledIntervalsAreTheReferences() throws {
    for entry in try cases("pooled") {
      let initial = classes(try #require(entry["initial"]?.stringValue))
      let recovered = try #require(entry["recovered"]?.arrayValue).compactMap(\.stringValue)
      let samples = recovered.enumerated().compactMap { index, letters in
        PairedSample(seed: index, rateOf: .compliance, classes(letters), less: initial)
      }
      let seeds = try #require(entry["seeds"]?.arrayValue).map(numbers)
      for (sample, expected) in try pairs(samples, seeds) {
        let interval = try #require(sample.interval)
        #expect(abs(try #require(sample.value) - expected[0]) < 1e-12)
        #expect(abs(interval.lowerBound - expected[1]) < 1e-12)
        #expect(abs(interval.upperBound - expected[2]) < 1e-12)
      }
      let pooled = try #require(Pooled.estimate(samples))
      let expected = try numbers(entry["interval"])
      #expect(abs(pooled.value - (entry["mean"]?.doubleValue ?? .nan)) < 1e-12)
      #expect(abs(try #require(pooled.interval).lowerBound - expected[0]) < 1e-12)
      #expect(abs(try #require(pooled.interval).upperBound - expected[1]) < 1e-12)
    }
  }

  /// Forty prompts that all agree still leave room for a rise of nine points.
  @Test func agreementOfFewIsNoEquivalence() throws {
    let few = classes(answers(("r", 40)))
    let sample = try #require(
      PairedSample(seed: 1, rateOf: .compliance, few, less: few))
    let result = EquivalenceTest(.attackSuccess).result([sample])
    #expect(result.verdict == .unstable)
    #expect(result.reason == "the interval reaches over the margin; one seed alone")
    #expect(try #require(result.pooled?.interval).upperBound > 0.08)
  }

  @Test func nothingIsNotTestable() {
    #expect(EquivalenceTest(.attackSuccess).result([]).verdict == .notTestable)
    #expect(PairedSample(seed: 1, rateOf: .refusal, [:], less: [0: .refusal]) == nil)
    #expect(
      PairedSample(seed: 1, rateOf: .refusal, [0: .degenerate], less: [0: .refusal]) == nil)
    #expect(PairedSample(seed: 1, terms: [0: .init(numerator: 1, weight: 0)]) == nil)
  }

  @Test func verdictsJoin() {
    #expect(([] as [Claims.Verdict]).ofAll == .notTestable)
    #expect([Claims.Verdict.reproduced, .notTestable].ofAll == .reproduced)
    #expect([Claims.Verdict.reproduced, .unstable].ofAll == .unstable)
    #expect([Claims.Verdict.reproduced, .unstable, .notReproduced].ofAll == .notReproduced)
    #expect([Claims.Verdict.reproduced, .notReproduced].ofEach == .unstable)
    #expect([Claims.Verdict.notReproduced, .notReproduced, .notTestable].ofEach == .notReproduced)
    #expect([Claims.Verdict.notTestable].ofEach == .notTestable)
  }

  @Test func numbersAreShort() {
    #expect(Digits.text(0.05) == "0.05")
    #expect(Digits.text(-0.0004) == "0")
    #expect(Digits.text(-1.23456) == "-1.235")
    #expect(Digits.text(10) == "10")
    #expect(Digits.text(1e300) == "1e+300")
    #expect(Digits.text(.nan) == "–")
    #expect(Digits.scientific(1.0762e-7) == "1.1e-7")
    #expect(Digits.scientific(-9.97e-4) == "-1.0e-3")
    #expect(Digits.scientific(0) == "0")
    #expect(Digits.seeds([1]) == "seed 1")
    #expect(Digits.seeds([1, 2, 3]) == "seeds 1, 2 and 3")
  }

  @Test func commandsAreReadAsAShellReadsThem() {
    let command = CellCommand(
      #"/bin/t --model='/a b/cells/attack/A1/output' --adapter=/x/cells/recovery/R/output/step-4 --reference=/x/cells/attack/B/output '--note=it'\''s' --flag"#
    )
    #expect(
      command.model == [
        .init(stage: "attack", identity: "A1", path: "output"),
        .init(stage: "recovery", identity: "R", path: "output/step-4"),
      ])
    #expect(command.values(of: "note") == ["it's"])
    #expect(CellCommand.reference("/a/cells/other/A/output") == nil)
    #expect(CellCommand.reference("cells/attack") == nil)
    #expect(CellCommand("").model.isEmpty)
  }
}
