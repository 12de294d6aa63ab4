import OrderedJSON
import TestSupport
import Testing

/// The divergence from a reference through the whole command, against PyTorch in float64
/// (`Tests/Python/make_divergence_reference.py`).
@Suite struct ReferenceCommandTests {
  private static let template =
    "{% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}"
    + "{% if add_generation_prompt %}assistant: {% endif %}"
  private static let adapter = Fixtures.path("adapters/plain")

  private let oracle: JSONValue
  private let prompts: [JSONValue]

  init() throws {
    oracle = try Fixtures.json("evaluation/divergence.json")
    prompts = try oracle.array("prompts")
  }

  private func evaluate(
    _ folder: TemporaryFolder, into scratch: TemporaryFolder, _ arguments: [String],
    status: Int32 = 0
  ) throws -> Executable.Outcome {
    let text = try prompts.map { prompt -> String in
      let line: JSONValue = ["prompt": try #require(prompt["prompt"])]
      return line.text() + "\n"
    }
    let path = try folder.write(text.joined(), to: "prompts.jsonl")
    let newTokens = try #require(oracle["new_tokens"]?.integerValue)
    let outcome = try Executable(name: "evaluate-safety").run(
      [
        "--model", folder.path, "--harmful", path, "--output", scratch.file("out"), "--force",
        "--max-new-tokens", "\(newTokens)", "--threads", "1",
      ] + arguments)
    #expect(outcome.status == status, "\(outcome.standardError)")
    return outcome
  }

  @Test func divergencesAreThoseOfPyTorch() throws {
    let folder = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let scratch = try TemporaryFolder()
    let outcome = try evaluate(
      folder, into: scratch,
      [
        "--adapter", Self.adapter, "--reference", folder.path, "--benign",
        folder.file("prompts.jsonl"),
      ])
    let lines = try JSONValue.lines(scratch.text("out/responses.jsonl"))
    #expect(lines.count == 2 * prompts.count)
    var (first, whole): ([Double], [Double]) = ([], [])
    for (line, expected) in zip(lines, prompts + prompts) {
      let found = try #require(line["reference"])
      let divergences = try expected.array("kl").map { try #require($0.doubleValue) }
      let mean = divergences.reduce(0, +) / Double(divergences.count)
      #expect(found["tokens"]?.integerValue == divergences.count)
      #expect(found["response"]?.stringValue == expected["response"]?.stringValue)
      // 1.6e-6 at most was measured.
      #expect(abs(try #require(found["kl_first_token"]?.doubleValue) - divergences[0]) < 3.2e-5)
      #expect(abs(try #require(found["kl_answer"]?.doubleValue) - mean) < 3.2e-5)
      first.append(divergences[0])
      whole.append(mean)
    }
    let scores = try JSONValue(parsing: scratch.text("out/scores.json"))
    let sets = try scores.array("prompt_sets")
    #expect(sets.map { $0["kind"]?.stringValue } == ["harmful", "benign"])
    for set in sets {
      let score = try #require(set["reference"])
      #expect(score["count"]?.integerValue == prompts.count)
      for (key, values) in [("kl_first_token", first), ("kl_answer", whole)] {
        let mean = values.reduce(0, +) / Double(values.count)
        #expect(abs(try #require(score[key]?.doubleValue) - mean) < 3.2e-5)
        let interval = try score.array(key + "_interval").map { try #require($0.doubleValue) }
        #expect(interval[0] < mean && mean < interval[1])
      }
    }
    #expect(
      scores["reference"]?["model_fingerprint"]?.stringValue
        != scores["model_fingerprint"]?.stringValue)
    #expect(outcome.standardOutput.contains("nats from the reference at the first token"))
  }

  @Test func aModelDoesNotDifferFromItself() throws {
    let folder = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let scratch = try TemporaryFolder()
    let variants = [
      ["--reference", folder.path],
      ["--adapter", Self.adapter, "--reference", folder.path, "--reference-adapter", Self.adapter],
    ]
    for flags in variants {
      _ = try evaluate(folder, into: scratch, flags)
      for line in try JSONValue.lines(scratch.text("out/responses.jsonl")) {
        #expect(line["reference"]?["kl_first_token"]?.doubleValue == 0)
        #expect(line["reference"]?["kl_answer"]?.doubleValue == 0)
        #expect(line["reference"]?["response"]?.stringValue == line["response"]?.stringValue)
      }
    }
  }

  @Test func anotherVocabularyIsRefusedByBothNames() throws {
    let folder = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let other = try TemporaryFolder(modelWithTemplate: Self.template)
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try other.copy("tokenizers/spm-like/\(name)", to: name)
    }
    let outcome = try evaluate(folder, into: folder, ["--reference", other.path], status: 65)
    #expect(
      outcome.standardError.contains(
        "the reference \(other.path) and the model \(folder.path) have different vocabularies: token 0 is "
      ))
    for name in ["config.json", "model.safetensors"] {
      try other.copy("models/qwen2-bf16/\(name)", to: name)
    }
    let larger = try evaluate(folder, into: folder, ["--reference", other.path], status: 65)
    #expect(larger.standardError.contains("and 256 token ids"), "\(larger.standardError)")
  }

  @Test func aReferenceNeedsPrompts() throws {
    let folder = try TemporaryFolder(byteModelWithTemplate: Self.template)
    let utility = try folder.write(#"{"prompt": "a", "response": "b"}"#, to: "u.jsonl")
    for (flags, message) in [
      (["--utility", utility, "--reference", folder.path], "--reference needs"),
      (
        ["--utility", utility, "--reference-adapter", "x"], "--reference-adapter needs --reference"
      ),
      (["--utility", utility, "--prefill", "x"], "--prefill needs"),
      (["--utility", utility, "--system", "x"], "--system needs"),
      (["--utility", utility, "--choices-as-chat"], "--choices-as-chat needs --choices"),
    ] {
      let outcome = try Executable(name: "evaluate-safety").run(
        ["--model", folder.path, "--output", folder.file("out")] + flags)
      #expect(outcome.status == 64)
      #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
    }
  }
}
