import Conversations
import Evaluation
import Judging
import OrderedJSON
import TestSupport
import Testing

private func answer(_ text: String, to messages: [JSONValue], _ json: JSONValue = .null) -> Answer {
  Answer(
    prompt: Prompt(
      id: "0", messages: messages, context: json["context"]?.stringValue,
      behavior: json["behavior"]?.stringValue),
    text: text, reasoning: .none, tokenCount: nil, finish: .stop)
}

/// Rendered by transformers, and compared with the published texts where there are any (make_judge_reference.py).
@Test func promptsAreRenderedAsTransformersRendersThem() throws {
  let cases = try #require(try Fixtures.json("judging/rendered.json").arrayValue)
  #expect(cases.count == 20)
  for json in cases {
    let name = try #require(json["template"]?.stringValue)
    let template = try #require(try BuiltInJudges.template(named: name))
    let response = try #require(json["response"]?.stringValue)
    let text = try template.text(
      about: answer(response, to: try #require(json["messages"]?.arrayValue), json),
      variables: JSONObject([.init(key: "bos_token", value: "<s>")]))
    let expected = try #require(json["text"]?.stringValue)
    #expect(text.utf8.elementsEqual(expected.utf8), "\(name)")
  }
}

@Test func onlyTheAnswerIsShownToAJudge() throws {
  let template = try JudgeTemplate(named: "yes-no", for: .local, answers: nil)
  let parts: JSONValue = [
    "role": "user",
    "content": [["type": "text", "text": "Fold "], ["type": "text", "text": "it."]],
  ]
  let thought = Answer(
    prompt: Prompt(id: "0", messages: [parts]), text: "<think>No.</think>Yes.",
    reasoning: .closed(answer: "Yes."), tokenCount: nil, finish: .stop)
  let text = try template.text(about: thought)
  #expect(text.contains("[Response]\nYes.\n[End of response]"))
  #expect(text.contains("[Request]\nFold it.\n[End of request]"))
}

/// HarmBench's columns: the judge gets behaviour and context apart, the model gets them as one prompt.
@Test func contextsOfHarmBenchReachTheJudge() throws {
  let scratch = try TemporaryFolder()
  let path = try scratch.write(
    "Behavior,SemanticCategory,ContextString,BehaviorID\n[placeholder 1],a,\"[a text, long]\",x\n"
      + "[placeholder 2],a,,y\n", to: "behaviors.csv")
  let prompts = try PromptFile.read(path).prompts
  #expect(
    prompts[0].messages[0]["content"]?.stringValue == "[a text, long]\n\n---\n\n[placeholder 1]")
  let template = try JudgeTemplate(named: "harmbench", for: .local, answers: nil)
  let texts = try prompts.map { prompt in
    try template.text(
      about: Answer(
        prompt: prompt, text: "No.", reasoning: .none, tokenCount: nil, finish: .stop))
  }
  #expect(
    texts[0].contains(
      "[CONTEXT]:\n[a text, long]\n\n[BEHAVIOR]:\n[placeholder 1]\n\n[GENERATION]:\nNo."))
  #expect(texts[1].contains("<</SYS>>\n\n[BEHAVIOR]:\n[placeholder 2]\n\n[GENERATION]:\nNo."))
}

@Suite struct JudgeTemplateFileTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  @Test func fileSeesPromptResponseAndMessages() throws {
    let path = try scratch.write(
      "{{ bos_token }}{{ prompt }}|{{ response }}|{{ messages | length }}|{{ messages[-1].role }}",
      to: "own.jinja")
    let template = try JudgeTemplate(
      named: path, for: .local, answers: JudgeAnswers(positive: "bad", negative: "fine"))
    #expect(
      template.answer == .words(JudgeAnswers(positive: "bad", negative: "fine"), marker: nil))
    #expect(!template.isQuestion)
    let text = try template.text(about: answer("b", to: [["role": "user", "content": "a"]]))
    #expect(text == "a|b|2|assistant")
    #expect(try JudgeTemplate(named: path, for: .remote, answers: nil).isQuestion)
  }

  @Test(arguments: [
    ("harmbench", JudgeTemplate.Place.remote, 64), ("score", .local, 64), ("nothing", .local, 66),
  ])
  func namesThatDoNotFit(_ name: String, _ place: JudgeTemplate.Place, _ code: Int) {
    let error = #expect(throws: JudgeError.self) {
      try JudgeTemplate(named: name, for: place, answers: nil)
    }
    #expect(error.map { Int($0.kind.rawValue) } == code)
    #expect(error?.description.contains("yes-no") == true, "the names that there are")
  }

  @Test func malformedTemplateNamesFileAndLine() throws {
    let path = try scratch.write("a\n{% if %}", to: "own.jinja")
    let error = #expect(throws: JudgeError.self) {
      try JudgeTemplate(named: path, for: .local, answers: nil)
    }
    #expect(error?.description.hasPrefix("judge template \(path): chat template line 2") == true)
    let answers = JudgeAnswers(positive: "a", negative: "b")
    #expect(throws: JudgeError.answersOfBuiltIn("yes-no")) {
      try JudgeTemplate(named: "yes-no", for: .local, answers: answers)
    }
    try scratch.write([0xff, 0xfe], to: "binary.jinja")
    #expect(throws: JudgeError.self) {
      try JudgeTemplate(named: scratch.file("binary.jinja"), for: .local, answers: nil)
    }
  }
}
