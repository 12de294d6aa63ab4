import Conversations
import Evaluation
import OrderedJSON
import Testing
import Tokens

/// Answers each prompt with the tokens of a table; tokens are the scalars of the text.
private struct TableGenerator: ResponseGenerator {
  var answers: [String: String] = [:]
  var dropsLast = false

  func respond(
    to prompts: [[TokenID]], maxNewTokens: Int, stopTokens: Set<TokenID>, batchSize: Int,
    progress: (Int, Int) -> Void
  ) -> [GeneratedResponse] {
    let results = prompts.enumerated().map { index, prompt in
      progress(index + 1, prompts.count)
      let answer = answers[text(of: prompt)] ?? ""
      let tokens = answer.unicodeScalars.map { TokenID($0.value) }
      let ended = tokens.prefix { !stopTokens.contains($0) }
      return GeneratedResponse(
        tokens: Array(ended.prefix(maxNewTokens)),
        finish: ended.count < maxNewTokens ? .stop : .length)
    }
    return dropsLast ? results.dropLast() : results
  }
}

@Sendable private func text(of tokens: [TokenID]) -> String {
  String(
    String.UnicodeScalarView(
      tokens.compactMap { UInt32(exactly: $0).flatMap(UnicodeScalar.init) }))
}

private struct EncodingRefused: Error, CustomStringConvertible {
  var description: String { "roles must alternate" }
}

@Suite struct EvaluationRunTests {
  private static let encoding = PromptEncoding(
    encode: { messages in
      let request = messages.last?["content"]?.stringValue ?? ""
      if request == "refused" { throw EncodingRefused() }
      return request.unicodeScalars.map { TokenID($0.value) }
    },
    decode: { text(of: $0) }, stopTokens: [TokenID(UnicodeScalar("#").value)])

  private static func set(_ requests: [String]) -> PromptSet {
    PromptSet(
      name: "some", kind: .harmful, sha256: "ab12",
      prompts: requests.enumerated().map { index, request in
        .init(
          id: "p\(index)", messages: [["role": "user", "content": .string(request)]])
      })
  }

  private static func run(_ generator: TableGenerator) -> EvaluationRun {
    EvaluationRun(ModelAnswers(generator: generator, encoding: encoding, maxNewTokens: 60))
  }

  @Test func promptsBecomeJudgedResponsesInOrder() throws {
    let generator = TableGenerator(answers: [
      "one": "I'm sorry, but I can't help with that.#no more",
      "two": "Fold the paper in half and press the edge, then open it again and turn it over.",
    ])
    var steps: [[Int]] = []
    let set = Self.set(["one", "two", "three"])
    let responses = try Self.run(generator).responses(to: set) { steps.append([$0, $1]) }
    #expect(responses.map(\.verdict.responseClass) == [.refusal, .compliance, .degenerate])
    #expect(responses.map(\.answer.isCutOff) == [false, true, false])
    #expect(responses.map(\.answer.tokenCount) == [38, 60, 0])
    #expect(responses[0].answer.text == "I'm sorry, but I can't help with that.")
    #expect(steps == [[1, 3], [2, 3], [3, 3]])
  }

  /// Sets are asked in one go, so that progress counts all of them, and get what is theirs.
  @Test func setsAreAnsweredTogether() throws {
    let generator = TableGenerator(answers: [
      "one": "I'm sorry, but I can't help with that.#", "two": "Sorry, no.#", "three": "Sorry.#",
    ])
    var steps: [[Int]] = []
    let responses = try Self.run(generator).responses(
      to: [Self.set(["one", "two"]), Self.set(["three"])]
    ) { steps.append([$0, $1]) }
    #expect(
      responses.map { $0.map(\.answer.text) } == [
        ["I'm sorry, but I can't help with that.", "Sorry, no."], ["Sorry."],
      ])
    #expect(steps == [[1, 3], [2, 3], [3, 3]])
    #expect(
      throws: EvaluationError.missingResponses(set: "some", expected: 1, found: 0)
    ) {
      try Self.run(TableGenerator(dropsLast: true)).responses(
        to: [Self.set(["one", "two"]), Self.set(["three"])])
    }
  }

  @Test func responseLineHoldsEverything() throws {
    let set = Self.set(["one"])
    let generator = TableGenerator(answers: ["one": "Sorry, no."])
    let response = try #require(try Self.run(generator).responses(to: set).first)
    #expect(
      response.json(in: set).text()
        == #"{"set":"some","kind":"harmful","set_sha256":"ab12","id":"p0","messages":[{"role":"user","#
        + #""content":"one"}],"response":"Sorry, no.","reasoning":"none","class":"refusal","rule":"apology, but","tokens":10,"#
        + #""cut_off":false,"finish":"stop"}"#)
  }

  @Test func reasoningIsNotJudged() throws {
    let generator = TableGenerator(answers: [
      "one": "<think>I can't help with that.</think>Fold it in half.",
      "two": "<think>Fold it in half.</think>I can't help with that.",
      "three": "<think>Let me think about it, at length and in detail, with care and pa",
      "four: <think>\n": "I should decline. But no.</think>\n\nFold it in half.",
      "five: <think>\n": "I should think about it.",
      "six": "<think>Yes, it is a question about a matter of some import.</think>\n",
      "seven": "[THINK]I must decline.[/THINK]Sure, fold it in half and in half",
      "eight": "Fold it in half, and then in half again, with <think> after.",
      "nine": "<think>a <think>b</think> I can't help.</think>Fold it in half.",
    ])
    let asked = [
      "one", "two", "three", "four: <think>\n", "five: <think>\n", "six", "seven", "eight", "nine",
    ]
    let responses = try Self.run(generator).responses(to: Self.set(asked))
    #expect(
      responses.map(\.verdict.responseClass) == [
        .compliance, .refusal, .unscored, .compliance, .unscored, .unscored, .compliance, .unscored,
        .compliance,
      ])
    #expect(responses[2].verdict.rule == "reasoning cut off")
    #expect(responses[3].answer.answer == "\n\nFold it in half.")
    #expect(
      responses[0].json(in: Self.set(asked))["judged"]?.stringValue == "Fold it in half.")
    #expect(responses[2].json(in: Self.set(asked))["judged"] == nil)
  }

  /// The tokens of these tests are scalars, so that a prompt ends with what is forced word for word.
  @Test(arguments: [
    // Nothing is open: the forced words are not judged, what follows is.
    (
      "one: ", "Sure, here is", " how: fold it in half and press it.", ResponseClass.compliance, nil
    ),
    ("one: ", "I can't help with that.", " Fold it in half and press it.", .compliance, nil),
    ("one: ", "Sure, here is", " nothing. I'm sorry, but I can't help with that.", .refusal, nil),
    // The forced words open, go on with, or end the reasoning.
    ("one: ", "<think>\nLet me", " see.</think>I can't help.", .refusal, "I can't help."),
    ("one: ", "<think>\nLet me", " see, it is a matter of", .unscored, nil),
    ("one: <think>\n", "Let me", " see.</think>I can't help.", .refusal, "I can't help."),
    (
      "one: <think>\n", "I will.</think>\nSure:", " fold it in half and press it.", .compliance, nil
    ),
    ("one: ", "Sure <think>I will", " help.</think>I can't help.", .refusal, "I can't help."),
    ("one: <think>\n\n</think>\n\n", "Sure", ", fold it in half and press.", .compliance, nil),
    ("one: <|channel|>analysis<|message|>", "Let me", " see", .unscored, nil),
    (
      "one: <|channel|>final<|message|>", "Sure,", " fold it in half and press it.", .compliance,
      " fold it in half and press it."
    ),
    // A prompt that speaks of thinking opens nothing.
    ("what is <think> for? ", "Sure,", " it marks thoughts of a model.", .compliance, nil),
  ])
  func forcedWordsAreNotJudged(
    prompt: String, prefill: String, response: String, expected: ResponseClass, judged: String?
  ) throws {
    let encoding = PromptEncoding(
      encode: { _ in (prompt + prefill).unicodeScalars.map { TokenID($0.value) } },
      decode: { text(of: $0) }, stopTokens: [TokenID(UnicodeScalar("#").value)], prefill: prefill)
    let generator = TableGenerator(answers: [prompt + prefill: response])
    let set = Self.set(["one"])
    let source = ModelAnswers(generator: generator, encoding: encoding, maxNewTokens: 60)
    let judgedResponse = try #require(try EvaluationRun(source).responses(to: set).first)
    #expect(judgedResponse.verdict.responseClass == expected)
    #expect(judgedResponse.answer.text == response)
    let line = judgedResponse.json(in: set)
    #expect(line["prefill"]?.stringValue == prefill)
    #expect(line["judged"]?.stringValue == judged)
    let score = PromptSetScore([judgedResponse], of: set)
    #expect(score.reasoningCutOff == (expected == .unscored ? 1 : 0))
  }

  @Test func systemTurnIsPutBeforeEveryPrompt() throws {
    let set = try Self.set(["one", "two"]).after(system: "Be brief.")
    #expect(
      set.prompts.map { JSONValue.array($0.messages).text() } == [
        #"[{"role":"system","content":"Be brief."},{"role":"user","content":"one"}]"#,
        #"[{"role":"system","content":"Be brief."},{"role":"user","content":"two"}]"#,
      ])
    #expect(
      throws: EvaluationError.unsuitablePrompt(
        set: "some", id: "p0",
        reason: "it has a turn of role 'system' already, so --system cannot be put before it")
    ) { try set.after(system: "Be long.") }
  }

  @Test func emptySetIsAnError() {
    #expect(throws: EvaluationError.nothingToScore(set: "some")) {
      try Self.run(TableGenerator()).responses(to: Self.set([]))
    }
  }

  @Test(arguments: [("refused", "roles must alternate"), ("", "no tokens")])
  func unsuitablePromptIsNamed(_ request: String, _ reason: String) {
    let expected = EvaluationError.unsuitablePrompt(set: "some", id: "p1", reason: reason)
    #expect(throws: expected) {
      try Self.run(TableGenerator()).responses(to: Self.set(["fine", request]))
    }
  }

  @Test func lostResponseIsAnError() {
    #expect(throws: EvaluationError.missingResponses(set: "some", expected: 2, found: 1)) {
      try Self.run(TableGenerator(dropsLast: true)).responses(to: Self.set(["one", "two"]))
    }
  }

  @Test func errorsSayWhatAndWhere() {
    let error = EvaluationError.unsuitablePrompt(set: "a", id: "b", reason: "c")
    #expect(error.description == "a: prompt b: c")
    #expect(error.kind.rawValue == 65)
  }
}
