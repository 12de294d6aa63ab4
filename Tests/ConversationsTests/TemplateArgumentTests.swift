import Conversations
import OrderedJSON
import TestSupport
import Testing

/// Variables that a user hands to chat templates, and answers that have begun, against transformers.
struct TemplateArgumentTests {
  static let table = Result { try Fixtures.json("conversations/template-arguments.json") }
  static let cases = (try? table.get()["cases"]?.arrayValue) ?? []
  static let tokenizers = Set(cases.compactMap { $0["tokenizer"]?.stringValue }).sorted()

  @Test func `the table is there`() throws {
    #expect(try Self.table.get()["cases"]?.arrayValue?.count ?? 0 >= 150)
    #expect(Self.tokenizers.count == 6)
  }

  private static func arguments(_ json: JSONValue) throws -> TemplateArguments {
    let object = try #require(json["arguments"]?.objectValue)
    return try TemplateArguments(parsing: object.members.map { "\($0.key)=\($0.value.text())" })
  }

  @Test(arguments: tokenizers)
  func `renders and encodes as transformers`(tokenizer: String) throws {
    let table = try Self.table.get()
    for json in Self.cases where json["tokenizer"]?.stringValue == tokenizer {
      let name = try #require(json["template"]?.stringValue)
      let template = try TemporaryTemplate(
        name == "probe"
          ? try #require(table["probe"]?.stringValue)
          : try Fixtures.text("jinja/templates/\(name).jinja"))
      let encoder = try ConversationEncoder(
        folder: Fixtures.path("tokenizers/" + tokenizer), chatTemplate: template.path,
        arguments: try Self.arguments(json), clock: .reference)
      let conversation = try #require(json["conversation"]?.stringValue)
      let messages = try #require(table["conversations"]?[conversation]?.arrayValue)
      let label = Comment(rawValue: String(json.text().prefix(200)))
      let ids = { () throws -> [Int] in
        guard let prefill = json["prefill"]?.stringValue else {
          return try encoder.encodePrompt(messages).map { Int($0) }
        }
        return try encoder.encodePrompt(messages, beginning: prefill).map { Int($0) }
      }
      if json["error"] != nil {
        #expect(throws: ConversationError.self, label) { _ = try ids() }
      } else {
        #expect(try ids() == json["ids"]?.arrayValue?.compactMap(\.integerValue), label)
      }
    }
  }

  @Test(arguments: [
    ("enable_thinking", TemplateArgumentError.noValue("enable_thinking")),
    ("=1", .noIdentifier("")), ("a b=1", .noIdentifier("a b")), ("1a=1", .noIdentifier("1a")),
    ("true=1", .noIdentifier("true")), ("messages=[]", .reserved("messages")),
    ("add_generation_prompt=true", .reserved("add_generation_prompt")),
    ("tools=[]", .reserved("tools")), ("documents=[]", .reserved("documents")),
    ("bos_token=\"<s>\"", .reserved("bos_token")), ("eos_token=1", .reserved("eos_token")),
    ("strftime_now=1", .reserved("strftime_now")),
    ("raise_exception=1", .reserved("raise_exception")),
  ])
  func `refuses by name`(text: String, error: TemplateArgumentError) {
    #expect(throws: error) { try TemplateArguments(parsing: [text]) }
    #expect(error.kind.rawValue == 64)
  }

  @Test func `a value that is no JSON, and a key given twice, are named`() {
    let notJSON = #expect(throws: TemplateArgumentError.self) {
      try TemplateArguments(parsing: ["enable_thinking=False"])
    }
    #expect(notJSON?.description.contains("'enable_thinking' is 'False'") == true)
    #expect(throws: TemplateArgumentError.repeated("a")) {
      try TemplateArguments(parsing: ["a=1", "b=2", "a=1"])
    }
  }

  @Test func `the record is sorted by name`() throws {
    let arguments = try TemplateArguments(parsing: ["b={\"z\":1,\"a\":null}", "a=\"x=y\""])
    #expect(arguments.record == #"{"a":"x=y","b":{"z":1,"a":null}}"#)
    #expect(TemplateArguments().record == "")
  }

  @Test func `what is said to have no effect has none`() throws {
    let model = try TemporaryModel([
      "chat_template.jinja": """
      {% for m in messages if used_in_test %}{% if used %}{{ m.content }}{% endif %}{% endfor %}\
      {% macro f(x) %}{{ used_in_macro }}{% endmacro %}{# unused #}{{ "unused" }}
      """
    ])
    let template = try #require(try ConversationEncoder(folder: model.folder).template)
    for name in ["used", "used_in_test", "used_in_macro", "messages"] {
      #expect(template.mentions(name), "\(name)")
    }
    #expect(!template.mentions("unused"))
  }
}

/// The digest that tells files of different templates and arguments apart.
struct TemplateFingerprintTests {
  private static let template = "{% for m in messages %}{{ m.content }}{% endfor %}"
  private static let toolTemplate = "{{ tools | tojson }}"
  private static let messages: [JSONValue] = [["role": "user", "content": "Hi"]]

  private static func model(_ configuration: JSONValue) throws -> TemporaryModel {
    try TemporaryModel(["tokenizer_config.json": configuration.text()])
  }

  @Test func `is the SHA-256 of the template alone, and another one with arguments`() throws {
    let model = try Self.model(["chat_template": .string(Self.template)])
    let plain = try ConversationEncoder(folder: model.folder)
    // sha256sum of the text.
    #expect(
      plain.templateFingerprint
        == "2f3f666573313d2b0849e1037ccb379ce3a75eb687eccf69f077257e055b93bd")
    let first = try ConversationEncoder(
      folder: model.folder, arguments: TemplateArguments(parsing: ["a=1", "b=2"]))
    let reordered = try ConversationEncoder(
      folder: model.folder, arguments: TemplateArguments(parsing: ["b=2", "a=1"]))
    let other = try ConversationEncoder(
      folder: model.folder, arguments: TemplateArguments(parsing: ["a=1", "b=3"]))
    #expect(first.templateFingerprint == reordered.templateFingerprint)
    #expect(
      Set([plain, first, other].map(\.templateFingerprint)).count == 3)
  }

  @Test func `is that of the template for tools where that was used`() throws {
    let model = try Self.model([
      "chat_template": [
        ["name": "default", "template": .string(Self.template)],
        ["name": "tool_use", "template": .string(Self.toolTemplate)],
      ]
    ])
    let tools: JSONValue = [["type": "function"]]
    let plain = try ConversationEncoder(folder: model.folder)
    _ = try plain.render(Self.messages)
    let withTools = try ConversationEncoder(folder: model.folder)
    _ = try withTools.render(Self.messages, tools: tools)
    let both = try ConversationEncoder(folder: model.folder)
    _ = try both.render(Self.messages)
    _ = try both.render(Self.messages, tools: tools)
    #expect(
      plain.templateFingerprint
        == "2f3f666573313d2b0849e1037ccb379ce3a75eb687eccf69f077257e055b93bd")
    // sha256sum of the text.
    #expect(
      withTools.templateFingerprint
        == "ab48a21cd630fdb81c4f4b5309429dec248511e3b3687fdeac3baef8cc695d11")
    #expect(
      Set([plain, withTools, both].map(\.templateFingerprint)).count == 3)
  }
}
