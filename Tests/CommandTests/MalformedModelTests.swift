import Foundation
import TestSupport
import Testing

/// A model folder with one file malformed: one line that names the file, the key and the reason.
@Suite struct MalformedModelTests {
  private let scratch: TemporaryFolder

  init() throws {
    scratch = try TemporaryFolder(
      modelWithTemplate: "{{ messages[0].content }}")
    try scratch.write(
      #"{"messages": [{"role": "user", "content": "Hi"}]}"# + "\n", to: "conversations.jsonl")
    try scratch.write(
      #"{"input_ids": [1, 5, 7], "labels": [-100, 5, 7]}"# + "\n", to: "examples.jsonl")
  }

  /// A malformed file, and what the error has to say.
  struct Row: Sendable, CustomTestStringConvertible {
    let file: String
    let text: String
    let words: [String]

    init(_ file: String, _ text: String, _ words: String...) {
      self.file = file
      self.text = text
      self.words = words
    }

    var testDescription: String { "\(file): \(text.prefix(40))" }
  }

  @Test(arguments: [
    Row("tokenizer.json", "[1", "JSON ends too early"),
    Row("tokenizer.json", #"{"model": {"type": "Unigram"}}"#, "model.type", "'Unigram'"),
    Row("tokenizer.json", #"{"model": {"vocab": {"a": -1}, "merges": []}}"#, "model.vocab.a", "-1"),
    Row("tokenizer_config.json", #"{"bos_token": 5}"#, "bos_token", "a number"),
    Row("chat_template.jinja", "{% for %}", "line 1", "expected a name"),
    Row("chat_template.jinja", "{% import 'x' as y %}", "'import' is not supported"),
  ])
  func whatConversationsNeed(_ row: Row) throws {
    try scratch.write(row.text, to: row.file)
    let outcome = try Executable(name: "inspect-model").run([
      "--model", scratch.path, "--render", scratch.file("conversations.jsonl"),
    ])
    try expect(outcome, row)
  }

  @Test(arguments: [
    Row("config.json", "{", "JSON ends too early"),
    Row("config.json", "[]", "is an array, not an object"),
    Row("config.json", "{}", "'model_type' is missing"),
    // Absent sizes are those of transformers' class, which are not those of the weights.
    Row(
      "config.json", #"{"model_type": "llama", "quantization_config": {"quant_method": "awq"}}"#,
      "'quantization_config'", "awq"),
  ])
  func whatGradientsNeed(_ row: Row) throws {
    try scratch.write(row.text, to: row.file)
    try expect(try computeGradients(), row)
  }

  /// A size that is missing is the default of transformers' class, which the weights then contradict.
  @Test func sizesThatAreMissing() throws {
    try scratch.write(#"{"model_type": "llama"}"#, to: "config.json")
    try expect(try computeGradients(), Row("embed_tokens.weight", "", "[32000, 4096]"))
  }

  @Test func indexOfShards() throws {
    try FileManager.default.removeItem(atPath: scratch.file("model.safetensors"))
    let row = Row(
      "model.safetensors.index.json", #"{"weight_map": {"w": "../w.safetensors"}}"#, "'w'",
      "../w.safetensors")
    try scratch.write(row.text, to: row.file)
    try expect(try computeGradients(), row)
  }

  @Test(arguments: [
    Row("adapter_config.json", "{}", "'peft_type' is not a string"),
    Row("adapter_config.json", #"{"peft_type": "IA3"}"#, "'peft_type'", "IA3"),
    Row(
      "adapter_config.json", #"{"peft_type": "LORA", "r": 0, "target_modules": []}"#,
      "'r' is not a positive integer"),
    Row("adapter_model.safetensors", "xx", "adapter_model.safetensors"),
  ])
  func adapters(_ row: Row) throws {
    let folder = try scratch.makeFolder("adapter")
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
      try FileManager.default.copyItem(
        atPath: Fixtures.path("adapters/plain/\(name)"),
        toPath: folder + "/" + name)
    }
    try scratch.write(row.text, to: "adapter/" + row.file)
    try expect(try computeGradients(["--adapter", folder]), row)
  }

  private func computeGradients(_ flags: [String] = []) throws -> Executable.Outcome {
    try Executable(name: "compute-gradients").run(
      [
        "--model", scratch.path, "--examples", scratch.file("examples.jsonl"),
        "--output", scratch.file("g.h5"), "--quiet",
      ] + flags)
  }

  private func expect(_ outcome: Executable.Outcome, _ row: Row) throws {
    #expect(outcome.status == 65, "\(outcome.standardError)")
    #expect(outcome.errorLines.count == 1)
    for word in [row.file] + row.words {
      #expect(outcome.standardError.contains(word), "\(outcome.standardError)")
    }
  }
}
