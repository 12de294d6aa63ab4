import Foundation
import OrderedJSON
import TestSupport
import Testing

private let inspect = Executable(
  name: "inspect-model", environment: ["SOURCE_DATE_EPOCH": "1721997296"])  // 2024-07-26 12:34:56

/// A folder with a tokenizer and, if asked for, a chat template, but no model.
private func partialFolder(template: Bool) throws -> TemporaryFolder {
  let folder = try TemporaryFolder()
  for name in ["tokenizer.json", "tokenizer_config.json"] {
    try FileManager.default.copyItem(
      atPath: Fixtures.path("tokenizers/bytelevel-llama3-like/\(name)"), toPath: folder.file(name))
  }
  if template {
    try FileManager.default.copyItem(
      atPath: Fixtures.path("jinja/oracles/llama-3/template.jinja"),
      toPath: folder.file("chat_template.jinja"))
  }
  return folder
}

@Test func textsAreTokenisedAsTheTokenizersLibraryDoes() throws {
  let folder = try partialFolder(template: false)
  let texts = Fixtures.path("commands/tokenizer-cases.jsonl")
  let cases = try JSONValue.lines(String(contentsOfFile: texts, encoding: .utf8))
  for (flags, key) in [([], "ids_special"), (["--no-special-tokens"], "ids")] {
    let outcome = try inspect.run(["--model", folder.path, "--tokenize", texts] + flags)
    #expect(outcome.status == 0)
    let lines = try JSONValue.lines(outcome.standardOutput)
    try #require(lines.count == cases.count)
    for (line, expected) in try pairs(lines, cases) {
      #expect(try line.integers("ids") == expected.integers(key))
      if key == "ids" { #expect(try line.bytes("decoded") == expected.bytes("decode")) }
    }
  }
}

@Test(arguments: [false, true])
func conversationsAreRenderedAsTransformersDoes(_ generationPrompt: Bool) throws {
  let folder = try partialFolder(template: true)
  let cases = try Fixtures.json("jinja/oracles/llama-3/cases.json")
    .array("cases").filter { $0["add_generation_prompt"]?.boolValue == generationPrompt }
  let conversations = cases.map { $0.text() + "\n" }.joined()
  try folder.write(conversations, to: "conversations.jsonl")
  let outcome = try inspect.run(
    ["--model", folder.path, "--render", folder.file("conversations.jsonl")]
      + (generationPrompt ? ["--generation-prompt"] : []))
  #expect(outcome.status == 0)
  let lines = try JSONValue.lines(outcome.standardOutput)
  try #require(lines.count == cases.count)
  for (line, expected) in try pairs(lines, cases) {
    guard expected["expected"] != nil else {
      #expect(line["error"]?.stringValue != nil)
      continue
    }
    #expect(try line.bytes("text") == expected.bytes("expected"))
    #expect(try line.integers("ids").count == line.integers("answer_mask").count)
  }
}

@Test func conversationThatTheTemplateRefusesIsALineOfItsOwn() throws {
  let folder = try partialFolder(template: false)
  try folder.write("{{ raise_exception('only ' + messages[0].role) }}", to: "chat_template.jinja")
  try folder.write(
    #"{"messages": [{"role": "user", "content": "Hi"}]}"# + "\n", to: "conversations.jsonl")
  let outcome = try inspect.run(
    ["--model", folder.path, "--render", folder.file("conversations.jsonl")])
  #expect(outcome.status == 0)
  let line = try #require(try JSONValue.lines(outcome.standardOutput).first)
  #expect(line["error"]?.stringValue?.contains("only user") == true)
}

@Test func conversationsNeedATemplate() throws {
  let folder = try partialFolder(template: false)
  try folder.write(
    #"{"messages": [{"role": "user", "content": "Hi"}]}"# + "\n", to: "conversations.jsonl")
  let outcome = try inspect.run(
    ["--model", folder.path, "--render", folder.file("conversations.jsonl")])
  #expect(outcome.status == 65)
  #expect(outcome.standardOutput == "")
  #expect(outcome.standardError.contains("no chat template"))
}

@Test func malformedLineIsNamed() throws {
  let folder = try partialFolder(template: false)
  let texts = try folder.write("{\"text\": \"a\"}\n\n{\"text\": 1}\n", to: "texts.jsonl")
  let outcome = try inspect.run(["--model", folder.path, "--tokenize", texts])
  #expect(outcome.status == 65)
  #expect(outcome.errorLines.count == 1)
  #expect(outcome.standardError.contains("texts.jsonl") && outcome.standardError.contains("3"))
}

@Test func modelIsDescribed() throws {
  let outcome = try inspect.run(["--model", Fixtures.llama, "--json"])
  #expect(outcome.status == 0)
  let summary = try JSONValue(parsing: outcome.standardOutput)
  #expect(summary["architecture"]?.stringValue == "llama")
  #expect(summary["vocabulary_size"]?.integerValue == 256)
  // float32, so a quarter of the bytes of the data.
  #expect(summary["parameters"]?.integerValue == summary["element_types"]?["F32"]?.integerValue)
}

@Test(arguments: ["no-such-model", "no-such-owner/no-such-model"])
func missingModelIsAMissingInput(_ model: String) throws {
  let outcome = try inspect.run(["--model", model])
  #expect(outcome.status == 66)
  #expect(outcome.errorLines.count == 1)
  #expect(outcome.standardError.contains(model))
}

/// A text where a file is expected, which is what one tries first.
@Test(arguments: [("--tokenize", "text"), ("--render", "messages")])
func aTextInPlaceOfAFileIsExplained(_ flag: String, _ key: String) throws {
  let folder = try partialFolder(template: true)
  let outcome = try Executable(name: "inspect-model").run(
    ["--model", folder.path, flag, "How are you?"])
  #expect(outcome.status == 66)
  #expect(outcome.errorLines.count == 1)
  #expect(outcome.standardError.hasPrefix("error: How are you?: "))
  #expect(
    outcome.standardError.hasSuffix(" (\(flag) takes a JSONL file of objects with \"\(key)\")\n"))
}
