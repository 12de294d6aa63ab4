import Conversations
import Evaluation
import OrderedJSON
import Testing

@Suite struct ChoiceScoreTests {
  private static func result(
    _ choices: [String], _ values: [Double], answer: Int = 0
  ) -> ChoiceResult {
    ChoiceResult(
      ChoiceQuestion(id: "0", question: "q", choices: choices, answer: answer),
      logLikelihoods: values, tokenCounts: choices.map { _ in 1 })
  }

  @Test func ofEqualChoicesTheFirstIsChosen() {
    // numpy.argmax([-2, -1, -1]) == 1
    #expect(Self.result(["a", "b", "c"], [-2, -1, -1]).chosen == 1)
    // numpy.argmax([-4 / 4, -2 / 2, -1 / 1]) == 0
    #expect(Self.result(["aaaa", "bb", "c"], [-4, -2, -1]).chosenByLength == 0)
  }

  @Test func lengthIsInCodePoints() {
    // len("e\u0301") == 2, len("日本") == 2, len("👩‍👩‍👧") == 5
    #expect(Self.result(["e\u{301}", "日"], [-2, -1.5]).chosenByLength == 0)
    #expect(Self.result(["👩‍👩‍👧", "ab"], [-5, -2.1]).chosenByLength == 0)
  }

  @Test func standardErrorsAreThoseOfTheHarness() throws {
    let results = [0.0, 0, -9, 0, 0].map { Self.result(["a", "b"], [$0, -1]) }
    let score = try ChoiceScore(name: "s", sha256: "", context: .question, results)
    #expect(score.accuracy.share == 0.8)
    // lm_eval.api.metrics.mean_stderr([1, 1, 0, 1, 1])
    #expect(abs((score.accuracy.standardError ?? 0) - 0.2) < 1e-15)
    let one = try ChoiceScore(name: "s", sha256: "", context: .chat, Array(results.prefix(1)))
    #expect(one.accuracy.standardError == nil)
    #expect(one.json["acc_stderr"]?.isNull == true)
    #expect(one.json["context"]?.stringValue == "chat")
    #expect(throws: EvaluationError.nothingToScore(set: "s")) {
      try ChoiceScore(name: "s", sha256: "", context: .question, [])
    }
  }
}

@Suite struct DivergenceScoreTests {
  @Test func meansAreOverPromptsAndWhatIsUnansweredIsCounted() throws {
    let score = try #require(
      DivergenceScore(
        [
          PromptDivergence(response: "a", tokens: [1, 2, 3]),
          PromptDivergence(response: "", tokens: []),
          PromptDivergence(response: "b", tokens: [4]),
        ], seed: 1))
    #expect(score.count == 2 && score.unanswered == 1 && score.tokenCount == 4)
    #expect(score.first?.value == 2.5)
    #expect(score.answer?.value == 3)
    #expect(score.answer?.interval == 2...4)
  }

  @Test func ofOnePromptThereIsNoInterval() {
    let score = DivergenceScore([PromptDivergence(response: "a", tokens: [0.5])])
    #expect(score?.json["kl_first_token"]?.doubleValue == 0.5)
    #expect(score?.json["kl_first_token_interval"]?.isNull == true)
    let none = DivergenceScore([PromptDivergence(response: "", tokens: [])])
    #expect(none?.json["kl_answer"]?.isNull == true)
    #expect(DivergenceScore([])?.count == nil)
  }
}
