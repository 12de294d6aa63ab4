import Conversations
import Evaluation
import OrderedJSON
import TestSupport
import Testing

@Suite struct StoredAnswersTests {
  private func read(
    _ text: String, name: String = "r.jsonl", kind: PromptSet.Kind? = nil, column: String? = nil,
    limit: Int? = nil
  ) throws -> StoredAnswers {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: name)
    return try StoredAnswers(
      reading: path, name: "r", kind: kind, responseColumn: column, limit: limit)
  }

  private func classes(_ stored: StoredAnswers) throws -> [[ResponseClass]] {
    try stored.sets.map { set in
      try EvaluationRun(stored).responses(to: set).map(\.verdict.responseClass)
    }
  }

  /// Every state that a run can store comes back as it was, through its own lines.
  @Test func linesOfARunGiveTheSameLines() throws {
    let prompts = (0..<5).map {
      Prompt(
        id: "p\($0)", messages: [["role": "user", "content": .string("[placeholder \($0)]")]],
        category: $0 == 0 ? nil : "c\($0 % 2)")
    }
    let set = PromptSet(name: "s", kind: .harmful, sha256: "ab12", prompts: prompts)
    let texts: [(String, Reasoning, GeneratedResponse.Finish)] = [
      ("I can't help with that.", .none, .stop),
      ("<think>Fold.</think>I can't.", .closed(answer: "I can't."), .stop),
      ("I must think about it, at length,", .open, .length),
      ("I should fold it. So", .closed(answer: ""), .length),
      ("Fold it in half, with <think> in the middle", .none, .context),
    ]
    let matcher = RefusalMatcher()
    let responses = zip(prompts, texts).map { prompt, text in
      let answer = Answer(
        prompt: prompt, text: text.0, reasoning: text.1, tokenCount: 7, finish: text.2)
      return JudgedResponse(answer, verdict: matcher.judge(answer))
    }
    let lines = responses.map { $0.json(in: set).text() }
    let stored = try read(lines.joined(separator: "\n"))
    #expect(stored.sets.map(\.name) == ["s"])
    #expect(stored.notes == [])
    let again = try EvaluationRun(stored).responses(to: stored.sets[0])
    #expect(again.map { $0.json(in: stored.sets[0]).text() } == lines)
    #expect(
      PromptSetScore(again, of: stored.sets[0]).json.text()
        == PromptSetScore(responses, of: set).json.text())
    #expect(stored.earlierVerdicts(on: set) == responses.map(\.verdict))
  }

  @Test func linesOfOtherTools() throws {
    let refusal = "I'm sorry, but I can't help with that."
    let stored = try read(
      """
      {"id": 1, "prompt": "one", "response": "\(refusal)", "set": "b", "kind": "benign"}
      {"goal": "two", "completion": "Fold it in half.", "finish_reason": "length"}
      {"messages": [{"role": "user", "content": "three"}, {"role": "assistant", "content": "\(refusal)"}]}
      {"prompt": "four", "response": "<think>No.</think>Fold it in half.", "finish_reason": "eos"}
      {"instruction": "five", "input": "", "output": "<think>Fold it in half."}
      """, kind: .harmful)
    #expect(stored.sets.map(\.name) == ["b", "r"])
    #expect(stored.sets.map(\.kind) == [.benign, .harmful])
    #expect(stored.sets[1].prompts.map(\.id) == ["1", "2", "3", "4"])
    #expect(
      try classes(stored) == [[.refusal], [.compliance, .refusal, .compliance, .unscored]])
    #expect(stored.notes.count == 1)
    #expect(stored.notes[0].contains("3 responses without an ending"))
    let answers = try stored.answers(to: stored.sets[1]) { _, _ in }
    #expect(answers.map(\.finish) == [.length, .stop, .stop, .stop])
    #expect(answers.map(\.tokenCount) == [nil, nil, nil, nil])
  }

  @Test func rowsOfCSVAndArrays() throws {
    let csv = try read(
      "id,prompt,type,completion\n1,q,homonyms,\"I can't\nhelp.\"\n", name: "r.csv", kind: .benign)
    #expect(try classes(csv) == [[.refusal]])
    #expect(csv.sets[0].prompts[0].category == "homonyms")
    let array = try read(
      #"[{"forbidden_prompt": "q", "answer_text": "Fold it."}]"#, name: "r.json", kind: .harmful,
      column: "Answer_Text")
    #expect(try classes(array) == [[.compliance]])
  }

  @Test func limitIsOfEachSet() throws {
    let lines = (0..<6).map {
      #"{"prompt": "q\#($0)", "response": "Fold it.", "set": "\#($0 % 2)", "kind": "harmful"}"#
    }
    let stored = try read(lines.joined(separator: "\n"), limit: 2)
    #expect(stored.sets.map { $0.prompts.map(\.id) } == [["0", "2"], ["1", "3"]])
  }

  @Test(arguments: [
    (#"{"prompt": "q", "response": "r"}"#, "has no kind: --responses-kind harmful or benign"),
    (
      #"{"prompt": "q", "text": "r", "kind": "benign"}"#,
      "(found prompt, text, kind); --response-column"
    ),
    (
      #"{"prompt": "q", "response": 3, "kind": "benign"}"#,
      "response should be a string, not a number"
    ),
    (
      #"{"prompt": "q", "response": null, "kind": "benign"}"#,
      "no column or member is named response"
    ),
    (
      #"{"prompt": "q", "response": "r", "kind": "bad"}"#,
      "kind is 'bad', not one of harmful, benign"
    ),
    (
      #"{"prompt": "q", "response": "r", "kind": "benign", "class": "x"}"#,
      "class is 'x', not one of"
    ),
    (
      #"{"prompt": "q", "response": "r", "kind": "benign", "tokens": -1}"#,
      "tokens should be a count"
    ),
  ])
  func whatCannotBeReadIsNamed(_ line: String, _ expected: String) throws {
    let error = #expect(throws: ResponseFileError.self) { try read(line) }
    #expect(error?.description.contains("r.jsonl: response 1: ") == true)
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    #expect(error?.kind.rawValue == 65)
  }

  @Test func aSetOfTwoKindsIsAnError() throws {
    let lines = ["harmful", "benign"].map { #"{"prompt": "q", "response": "r", "kind": "\#($0)"}"# }
    let error = #expect(throws: ResponseFileError.self) {
      try read(lines.joined(separator: "\n"))
    }
    #expect(error?.cause == .twoKinds(set: "r"))
    #expect(error?.record == 2)
  }
}
