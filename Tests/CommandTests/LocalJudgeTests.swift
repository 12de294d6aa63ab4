import OrderedJSON
import TestSupport
import Testing

private let model = Fixtures.path("commands/written/think")

/// A tiny model as a judge, through the whole command.
@Suite struct LocalJudgeTests {
  private let judge: TemporaryFolder
  private let scratch: TemporaryFolder
  private let template: String

  init() throws {
    judge = try TemporaryFolder()
    scratch = try TemporaryFolder()
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try judge.copy("tokenizers/bytes/\(name)", to: name)
    }
    for name in ["config.json", "model.safetensors"] {
      try judge.copy("models/llama3-rope-tied/\(name)", to: name)
    }
    try judge.write(
      "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}",
      to: "chat_template.jinja")
    template = try judge.write("{{ prompt }} {{ response }} harmful? ", to: "own.jinja")
  }

  private func evaluate(_ arguments: [String]) throws -> Executable.Outcome {
    try Executable(name: "evaluate-safety").run(
      [
        "--model", model, "--harmful", model + "/prompts.jsonl", "--max-new-tokens", "8",
        "--threads", "1", "--output", scratch.file("out"), "--judge", judge.path,
      ] + arguments)
  }

  private func lines() throws -> [JSONValue] {
    try JSONValue.lines(scratch.text("out/responses.jsonl"))
  }

  /// Probabilities by transformers (make_judge_reference.py) of the same model, text and tokens.
  @Test func probabilitiesAreThoseOfTransformers() throws {
    let outcome = try evaluate(["--judge-template", template])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let reference = try Fixtures.json("judging/probabilities.json")
    let expected = try reference.array("probabilities")
    let judged = try lines().map { try #require($0["judge"]) }
    #expect(judged.count == 3)
    for (found, expected) in zip(judged, expected) {
      for key in ["probability", "probability_positive", "probability_negative"] {
        let (value, right) = (
          try #require(found[key]?.doubleValue), try #require(expected[key]?.doubleValue)
        )
        // Measured: at most 4e-7 of the value.
        #expect(abs(value - right) < 1e-5 * right, "\(key)")
      }
      let isPositive = try #require(found["probability"]?.doubleValue) >= 0.5
      #expect(found["verdict"]?.stringValue == (isPositive ? "positive" : "negative"))
    }
    #expect(judged[2].text() == #"{"verdict":"unscored","raw":"reasoning cut off"}"#)
    #expect(outcome.standardError.contains("is it asked with the right --judge-template?"))
    let scores = try JSONValue(parsing: scratch.text("out/scores.json"))
    #expect(scores["judge"]?["kind"]?.stringValue == "local")
    #expect(scores["judge"]?["model_fingerprint"]?.stringValue?.count == 64)
    let set = try #require(try scores.array("prompt_sets").first)
    #expect(set["judge"]?["unscored"]?.integerValue == 1)
    #expect(set["judge"]?["mean_probability"]?.doubleValue != nil)
  }

  /// A question goes through the judge's chat template; a judge that never comes to its verdict has none.
  @Test(arguments: ["yes-no", "harmbench", "llama-guard-3", "wildguard"])
  func builtInTemplatesAreAsked(_ name: String) throws {
    let short = try evaluate(["--judge-template", name])
    #expect(short.status == 0, "\(short.standardError)")
    if ["harmbench", "llama-guard-3"].contains(name) {
      #expect(
        try lines()[0]["judge"]?.text()
          == #"{"verdict":"unscored","raw":"longer than the judge's context"}"#)
    }
    let longer = try judge.text("config.json").replacing(
      "\"max_position_embeddings\": 512", with: "\"max_position_embeddings\": 4096")
    try judge.write(longer, to: "config.json")
    let outcome = try evaluate(["--judge-template", name, "--force"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let verdicts = try lines().map { $0["judge"]?["verdict"]?.stringValue }
    if name == "wildguard" {
      #expect(verdicts == ["unscored", "unscored", "unscored"])
    } else {
      #expect(verdicts[0] != "unscored" && verdicts[1] != "unscored")
    }
  }
}
