import Evaluation
import Testing

@Suite struct UtilityScoreTests {
  static let examples = [(0.5, 10), (1.5, 30), (2.25, 4), (0.75, 16), (1.25, 20)].enumerated().map {
    UtilityScore.Example(id: "\($0)", loss: $1.0, answerTokenCount: $1.1)
  }

  static func score(_ examples: [UtilityScore.Example], seed: UInt64 = 0) throws -> UtilityScore {
    try UtilityScore(name: "some", sha256: "ab12", examples: examples, seed: seed)
  }

  @Test func meanIsOverAnswerTokens() throws {
    let score = try Self.score(Self.examples)
    // (5 + 45 + 9 + 12 + 25) / 80 answer tokens, and 6.25 / 5 examples.
    #expect(abs(score.meanNLL - 1.2) < 1e-15)
    #expect(abs(score.meanExampleLoss - 1.25) < 1e-15)
    #expect(abs(score.perplexity - 3.3201169227365472) < 1e-14)
    #expect(score.count == 5)
    #expect(score.answerTokenCount == 80)
  }

  @Test func intervalAgreesWithNumPysBootstrap() throws {
    let interval = try Self.score(Self.examples).interval
    // numpy, 1e6 resamples: 0.7679 to 1.5114; 2000 resamples leave about 0.02 of noise.
    #expect(abs(interval.lowerBound - 0.7679) < 0.05)
    #expect(abs(interval.upperBound - 1.5114) < 0.05)
  }

  @Test func seedFixesTheInterval() throws {
    let many = (1...40).map {
      UtilityScore.Example(id: "\($0)", loss: 3 / Double($0), answerTokenCount: 5 + $0 % 7)
    }
    let first = try Self.score(many, seed: 1).interval
    #expect(try Self.score(many, seed: 1).interval == first)
    #expect(try Self.score(many, seed: 2).interval != first)
  }

  @Test func nothingToScoreIsAnError() {
    #expect(throws: EvaluationError.nothingToScore(set: "some")) { try Self.score([]) }
    let unanswered = UtilityScore.Example(id: "0", loss: 0, answerTokenCount: 0)
    #expect(throws: EvaluationError.nothingToScore(set: "some")) { try Self.score([unanswered]) }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func nonFiniteLossIsAnError(_ loss: Double) {
    let example = UtilityScore.Example(id: "seven", loss: loss, answerTokenCount: 1)
    #expect(throws: EvaluationError.nonFiniteLoss(set: "some", id: "seven")) {
      try Self.score([example])
    }
  }
}
