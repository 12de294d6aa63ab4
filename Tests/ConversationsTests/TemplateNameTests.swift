import Conversations
import Jinja
import OrderedJSON
import Testing

/// Which of several chat templates is taken; the rules are those of `get_chat_template`.
struct TemplateNameTests {
  private static let messages: [JSONValue] = [
    ["role": "user", "content": "Hi", "name": .null], ["role": "assistant", "content": "Yo"],
  ]
  private static let tools: JSONValue = [["type": "function", "function": ["name": "f"]]]
  private static let list =
    #"{"chat_template": [{"name": "tool_use", "template": "t{{ tools | map(attribute='type') | join }}"}, "#
    + #"{"name": "default", "template": "d{{ tools }}"}, {"name": "rag", "template": "r"}]}"#

  private func render(
    _ files: [String: String], _ name: String? = nil, tools: JSONValue? = nil
  ) throws -> String {
    let model = try TemporaryModel(files)
    return try ConversationEncoder(folder: model.folder, chatTemplate: name).render(
      Self.messages, tools: tools)
  }

  @Test func `a name of the model's own is taken before a built-in one`() throws {
    let files = ["tokenizer_config.json": Self.list]
    #expect(try render(files) == "dNone")
    #expect(try render(files, "rag") == "r")
    #expect(try render(files, "rag", tools: Self.tools) == "r")
    #expect(try render(files, "default", tools: Self.tools).hasPrefix("d[{'type'"))
    #expect(try render(files, tools: Self.tools) == "tfunction")
    #expect(try render(files, tools: []) == "t")
    #expect(try render(files, "chatml").hasPrefix("<|im_start|>"))
    let own = ["tokenizer_config.json": #"{"chat_template": {"chatml": "own"}}"#]
    #expect(try render(own, "chatml") == "own")
  }

  @Test func `files come before the configuration`() throws {
    let files = [
      "tokenizer_config.json": Self.list, "chat_template.json": #"{"chat_template": "json"}"#,
      "additional_chat_templates/rag.jinja": "file",
    ]
    #expect(try render(files, "rag") == "file")
    #expect(throws: ConversationError.self) { try render(files) }
    #expect(try render(files.merging(["chat_template.jinja": "own"]) { $1 }) == "own")
    #expect(try render(["chat_template.json": #"{"chat_template": "json"}"#]) == "json")
  }

  @Test func `the names that there are are listed`() throws {
    let error = #expect(throws: ConversationError.self) {
      try render(["tokenizer_config.json": Self.list], "rga")
    }
    #expect(error?.kind == .inputMissing)
    #expect(error?.description.contains("(default, rag, tool_use)") ?? false)
    #expect(
      error?.description.contains("(chatml, gemma, llama-2, llama-3, mistral, phi-3)") ?? false)
    let none = #expect(throws: ConversationError.self) {
      try render(["tokenizer_config.json": #"{"chat_template": {"a": "x", "b": "y"}}"#])
    }
    #expect(none?.description.contains("(a, b)") ?? false)
    for broken in [
      #"[{"name": "a"}]"#, #"[{"template": "a"}]"#, #"[1]"#,
      #"[{"name": "default", "template": 1}]"#,
      #"{"default": []}"#, "7", "true",
    ] {
      #expect(throws: ConversationError.self) {
        try render(["tokenizer_config.json": "{\"chat_template\": \(broken)}"])
      }
    }
  }

  @Test func `a GGUF file may name more templates`() throws {
    let metadata = JSONObject([
      .init(key: "tokenizer.chat_template", value: "d"),
      .init(key: "tokenizer.chat_template.rag", value: "r"),
      .init(key: "tokenizer.chat_templates", value: ["rag"]),
    ])
    let templates = try ModelTemplates(ggufMetadata: metadata, model: "m")
    #expect(templates.names == ["default", "rag"])
    #expect(try TemplateSource.chosen("rag", model: .success(templates))?.text == "r")
    #expect(try TemplateSource.chosen(nil, model: .success(templates))?.text == "d")
  }

  @Test func `tools are a list of schemas`() throws {
    let files = ["chat_template.jinja": "{{ tools | tojson }}"]
    #expect(try render(files) == "null")
    #expect(
      try render(files, tools: Self.tools) == #"[{"type": "function", "function": {"name": "f"}}]"#)
    for wrong: JSONValue in ["f", ["f"], ["a": 1], 3, .null] {
      let error = #expect(throws: ConversationError.self) { try render(files, tools: wrong) }
      #expect(error?.description.contains("tools should be a list of JSON schemas") ?? false)
    }
  }

  @Test func `null members of a message are left out`() throws {
    let files = ["chat_template.jinja": "{{ 'name' in messages[0] }}"]
    #expect(try render(files) == "False")
  }

  @Test func `dates that were told are kept`() throws {
    let model = try TemporaryModel([
      "chat_template.jinja":
        "{% if messages | length > 1 %}{{ strftime_now('%d %b %Y') }}{% endif %}"
    ])
    let encoder = try ConversationEncoder(folder: model.folder, clock: .fixed(1_721_997_296))
    #expect(try encoder.render(Array(Self.messages.prefix(1))).isEmpty)
    #expect(encoder.dates.texts == [])
    #expect(try encoder.render(Self.messages) == "26 Jul 2024")
    #expect(try encoder.render(Self.messages) == "26 Jul 2024")
    #expect(encoder.dates.texts == ["26 Jul 2024"])
  }

  @Test func `the tokenizer adds nothing to a rendered text`() throws {
    let model = try TemporaryModel(["chat_template.jinja": "{{ messages[0].content }}"])
    let encoder = try ConversationEncoder(folder: model.folder)
    // The tokenizer frames a text with <s> and </s>, apply_chat_template does not.
    #expect(try encoder.tokenizer.encode("Hi", addSpecialTokens: true).count == 4)
    #expect(try encoder.encodePrompt(Self.messages).count == 2)
  }
}
