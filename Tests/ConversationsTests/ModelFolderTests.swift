import Conversations
import Jinja
import OrderedJSON
import TestSupport
import Testing

/// Where the template and the special tokens of a model come from.
struct ModelFolderTests {
  private static let messages: [JSONValue] = [["role": "user", "content": "Hi"]]

  private func render(_ files: [String: String]) throws -> String {
    let model = try TemporaryModel(files)
    return try ConversationEncoder(folder: model.folder).render(Self.messages)
  }

  private func cause(_ files: [String: String]) throws -> ConversationError.Cause? {
    let model = try TemporaryModel(files)
    return #expect(throws: ConversationError.self) {
      try ConversationEncoder(folder: model.folder).render(Self.messages)
    }?.cause
  }

  @Test func `the file of its own wins`() throws {
    let configuration = #"{"chat_template": "configured"}"#
    #expect(try render(["tokenizer_config.json": configuration]) == "configured")
    #expect(
      try render(["tokenizer_config.json": configuration, "chat_template.jinja": "own\n"]) == "own")
  }

  @Test func `of several templates the default is taken`() throws {
    let list =
      #"{"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]}"#
    #expect(try render(["tokenizer_config.json": list]) == "d")
  }

  @Test func `special tokens are strings or objects`() throws {
    let template = "{{ bos_token }}|{{ eos_token }}|{{ unk_token }}|{{ pad_token is defined }}"
    #expect(
      try render([
        "chat_template.jinja": template,
        "tokenizer_config.json":
          #"{"bos_token": {"content": "<b>"}, "eos_token": "<e>", "pad_token": null}"#,
        "special_tokens_map.json": #"{"eos_token": "<other>", "unk_token": {"content": "<u>"}}"#,
      ]) == "<b>|<other>|<u>|False")
  }

  @Test func `a missing template is no error until it is needed`() throws {
    let model = try TemporaryModel([:])
    let encoder = try ConversationEncoder(folder: model.folder)
    #expect(encoder.template == nil && encoder.templateSource == nil)
    let error = #expect(throws: ConversationError.self) { try encoder.encode(Self.messages) }
    #expect(error?.cause == .noTemplate(model: model.folder))
    #expect(error?.description.contains("--chat-template") ?? false)
    let given = try ConversationEncoder(folder: model.folder, chatTemplate: "chatml")
    #expect(try given.render(Self.messages).hasPrefix("<|im_start|>system"))
  }

  @Test func `broken templates are named`() throws {
    let two =
      #"{"chat_template": [{"name": "a", "template": "x"}, {"name": "b", "template": "y"}]}"#
    guard case .malformedFile(_, let reason) = try cause(["tokenizer_config.json": two]) else {
      Issue.record("no error")
      return
    }
    #expect(reason.contains("none of the chat templates (a, b) is the default"))
    guard
      case .malformedFile(_, let kind) = try cause([
        "tokenizer_config.json": #"{"chat_template": 1}"#
      ])
    else {
      Issue.record("no error")
      return
    }
    #expect(kind == "chat_template is a number, not a template")
    #expect(
      try cause(["chat_template.jinja": "{{"])
        == .template(TemplateError(.syntax("unexpected end of template"), line: 1)))
    guard case .malformedFile = try cause(["tokenizer_config.json": "{"]) else {
      Issue.record("no error")
      return
    }
  }

  @Test func `unreadable files are named`() throws {
    let missing = #expect(throws: ConversationError.self) {
      try ConversationEncoder(folder: "/nowhere/at-all")
    }
    #expect(
      missing?.cause == .unreadable(path: "/nowhere/at-all/tokenizer.json", reason: "no such file"))
    #expect(missing?.kind == .inputMissing)
    let model = try TemporaryModel([:])
    let template = #expect(throws: ConversationError.self) {
      try ConversationEncoder(folder: model.folder, chatTemplate: "vicuna")
    }
    #expect(template?.kind == .inputMissing)
    #expect(template?.description.contains("chatml, gemma, llama-2") ?? false)
    let broken = try TemporaryModel([:])
    try broken.write("{}", to: "tokenizer.json")
    guard
      case .unusableTokenizer = #expect(
        throws: ConversationError.self,
        performing: { try ConversationEncoder(folder: broken.folder) })?
        .cause
    else {
      Issue.record("no error")
      return
    }
  }

  /// `generation_config.json` goes before `config.json`, and that before the tokenizer.
  @Test func `the first that names ends of text stops`() throws {
    let model = try TemporaryModel([
      "tokenizer_config.json": #"{"eos_token": "</s>"}"#,
      "generation_config.json": #"{"eos_token_id": [7, 8]}"#,
      "config.json": #"{"eos_token_id": 9}"#,
    ])
    let plain = try ConversationEncoder(folder: model.folder)
    #expect(plain.stopTokens == [7, 8])
    let chat = try ConversationEncoder(folder: model.folder, chatTemplate: "chatml")
    #expect(chat.stopTokens == [259, 7, 8])
    let silent = try TemporaryModel([
      "tokenizer_config.json": #"{"eos_token": "</s>"}"#, "generation_config.json": "{}",
      "config.json": #"{"eos_token_id": 9}"#,
    ])
    #expect(try ConversationEncoder(folder: silent.folder).stopTokens == [9])
    let bare = try TemporaryModel(["tokenizer_config.json": #"{"eos_token": "</s>"}"#])
    #expect(try ConversationEncoder(folder: bare.folder).stopTokens == [257])
  }

  @Test(arguments: ["chatml", "gemma", "llama-2", "llama-3", "mistral", "phi-3"])
  func `the built-in templates are those of the reference`(name: String) throws {
    let source = try #require(BuiltInTemplates.all[name])
    let reference = try Fixtures.text("jinja/oracles/\(name)/template.jinja")
    #expect(source.trimmingLineBreak == reference.trimmingLineBreak)
  }
}

extension String {
  fileprivate var trimmingLineBreak: Substring { hasSuffix("\n") ? dropLast() : self[...] }
}
