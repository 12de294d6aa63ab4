import Foundation
import OrderedJSON
import TestSupport
import Testing

private let inspect = Executable(name: "inspect-model")

/// What is told about models that are partial, partly unsupported or malformed.
@Suite struct InspectModelReportTests {
  private let scratch: TemporaryFolder

  init() throws {
    scratch = try TemporaryFolder(
      modelWithTemplate:
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}")
  }

  private func summary(status: Int32 = 0) throws -> JSONValue {
    let outcome = try inspect.run(["--model", scratch.path, "--json"])
    #expect(outcome.status == status, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == (status == 0 ? 0 : 1))
    return try JSONValue(parsing: outcome.standardOutput)
  }

  @Test func everythingThatIsThere() throws {
    let summary = try summary()
    #expect(summary["architecture"]?.stringValue == "llama")
    #expect(summary["tokenizer"]?.stringValue == "byte-level BPE")
    #expect(summary["chat_template"]?.stringValue == scratch.file("chat_template.jinja"))
    #expect(summary["linear_modules"]?["self_attn.k_proj"]?.arrayValue?.count == 2)
    #expect((summary["gradient_pass"]?["seconds"]?.doubleValue ?? -1) >= 0)
    #expect((summary["gradient_pass"]?["sgemm_gflops"]?.doubleValue ?? 0) > 0)
    #expect(summary["unsupported"]?.arrayValue?.isEmpty == true)
    #expect(summary["faults"] == nil)
  }

  @Test func anUnsupportedTokenizerHidesNothing() throws {
    try scratch.write(#"{"model": {"type": "Unigram", "vocab": []}}"#, to: "tokenizer.json")
    let summary = try summary()
    #expect(summary["layers"]?.integerValue == 2)
    #expect(summary["chat_template"] != nil && summary["tokenizer"] == nil)
    let unsupported = try summary.array("unsupported").compactMap(\.stringValue)
    try #require(unsupported.count == 1)
    #expect(unsupported[0].contains("tokenizer.json: model.type is 'Unigram', which is not"))
  }

  @Test func anUnsupportedTemplateHidesNothing() throws {
    try scratch.write("{% import 'm' as m %}", to: "chat_template.jinja")
    let summary = try summary()
    #expect(summary["tokenizer"] != nil && summary["layers"] != nil)
    let unsupported = try summary.array("unsupported").compactMap(\.stringValue)
    #expect(unsupported.count == 1 && unsupported[0].contains("'import' is not supported"))
  }

  @Test func anUnknownArchitectureHidesNothing() throws {
    try scratch.write(#"{"model_type": "mamba"}"#, to: "config.json")
    let summary = try summary()
    #expect(summary["tokenizer"] != nil && (summary["parameters"]?.integerValue ?? 0) > 0)
    let unsupported = try summary.array("unsupported").compactMap(\.stringValue)
    #expect(unsupported.count == 1 && unsupported[0].contains("unknown architecture 'mamba'"))
  }

  @Test func pickledWeightsHideNothing() throws {
    try FileManager.default.moveItem(
      atPath: scratch.file("model.safetensors"), toPath: scratch.file("pytorch_model.bin"))
    let summary = try summary()
    #expect(summary["layers"] != nil && summary["parameters"] == nil)
    let unsupported = try summary.array("unsupported").compactMap(\.stringValue)
    #expect(unsupported.count == 1 && unsupported[0].contains("pickled"))
  }

  @Test(arguments: ["tokenizer.json", "config.json", "chat_template.jinja", "model.safetensors"])
  func aPartOfAModelIsAModel(_ missing: String) throws {
    try FileManager.default.removeItem(atPath: scratch.file(missing))
    // Weights say nothing without a configuration.
    if missing == "config.json" {
      try FileManager.default.removeItem(atPath: scratch.file("model.safetensors"))
    }
    #expect(try summary()["unsupported"]?.arrayValue?.isEmpty == true)
  }

  @Test func malformedFilesAreFaultsBesideTheRest() throws {
    try scratch.write("{", to: "tokenizer.json")
    let tokenizer = try summary(status: 65)
    #expect(tokenizer["layers"] != nil)
    #expect(try tokenizer.array("faults")[0].stringValue?.contains("tokenizer.json") == true)
    try scratch.write("{% for %}", to: "chat_template.jinja")
    #expect(try summary(status: 65).array("faults").count == 2)
  }

  @Test func weightsOfAnotherShapeAreAFault() throws {
    let text = try scratch.text("config.json")
    let changed = text.replacingOccurrences(
      of: "\"intermediate_size\": ", with: "\"intermediate_size\": 1")
    try #require(changed != text)
    try scratch.write(changed, to: "config.json")
    let faults = try summary(status: 65).array("faults").compactMap(\.stringValue)
    #expect(faults.count == 1 && faults[0].contains("mlp.gate_proj.weight"))
  }

  @Test func theMaskIsShownTokenByToken() throws {
    try scratch.write(
      #"{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}]}"#
        + "\n" + #"{"messages": [{"role": "user", "content": 1}]}"# + "\n", to: "c.jsonl")
    let arguments = ["--model", scratch.path, "--render", scratch.file("c.jsonl")]
    let line = try #require(try JSONValue.lines(inspect.run(arguments).standardOutput).first)
    let table = try inspect.run(arguments + ["--show-mask"]).standardOutput.split(separator: "\n")
    let mask = try line.integers("answer_mask")
    #expect(
      table[0].hasPrefix("conversation 1: \(mask.count) tokens, \(mask.reduce(0, +)) with loss"))
    #expect(table[1] == line["text"]?.stringValue ?? "")
    let rows = table[2..<(2 + mask.count)]
    #expect(rows.map { $0.contains(" * ") ? 1 : 0 } == mask)
    for (row, id) in try pairs(rows, line.integers("ids")) { #expect(row.contains(" \(id)  \"")) }
    #expect(mask.contains(1) && mask.contains(0))
  }
}

/// `--self-test`: the model against itself.
@Suite struct InspectModelSelfTestTests {
  @Test func aSoundModelPasses() throws {
    let outcome = try inspect.run(["--model", Fixtures.llama, "--self-test", "--json"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let report = try JSONValue(parsing: outcome.standardOutput)
    #expect(report["passes"]?.boolValue == true)
    #expect(try report.array("checks").count == 21)
  }

  @Test func theTableHasALineACheck() throws {
    let outcome = try inspect.run(["--model", Fixtures.llama, "--self-test", "--quiet"])
    let lines = outcome.standardOutput.split(separator: "\n")
    #expect(lines.count == 21 && lines.allSatisfy { $0.hasPrefix("ok ") })
    #expect(lines.contains { $0.contains("layers.1.mlp.down_proj against finite differences") })
  }

  @Test func aFolderWithoutWeightsCannotBeTested() throws {
    let scratch = try TemporaryFolder()
    try scratch.write("{}", to: "config.json")
    let outcome = try inspect.run(["--model", scratch.path, "--self-test"])
    #expect(outcome.status == 65 && outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("holds no weights"))
  }

  @Test func flagsThatExcludeEachOther() throws {
    let outcome = try inspect.run(["--model", Fixtures.llama, "--self-test", "--render", "x"])
    #expect(outcome.status == 64)
    #expect(try inspect.run(["--model", Fixtures.llama, "--show-mask"]).status == 64)
  }
}
