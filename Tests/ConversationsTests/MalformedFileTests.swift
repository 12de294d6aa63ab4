import Conversations
import OrderedJSON
import Testing

/// Files beside the tokenizer that hold something else than they should: the file, the key and the
/// reason are named.
struct MalformedFileTests {
  /// One malformed file and the reason that the error gives.
  struct Row: Sendable, CustomTestStringConvertible {
    let file: String
    let text: String
    let reason: String

    init(_ file: String, _ text: String, _ reason: String) {
      self.file = file
      self.text = text
      self.reason = reason
    }

    var testDescription: String { "\(file): \(text.prefix(60))" }
  }

  static let rows = [
    Row("tokenizer.json", "{", "JSON ends too early at byte 1"),
    Row(
      "tokenizer.json", "{\"a\": \"\u{1}\"}",
      "unescaped control character in a JSON string at byte 7"),
    Row(
      "tokenizer.json", String(repeating: "[", count: 600),
      "JSON nested deeper than 512 levels at byte 512"),
    Row("tokenizer.json", "{}", "model is missing"),
    Row("tokenizer.json", "[]", "tokenizer.json should be an object, not an array"),
    Row("tokenizer_config.json", "[]", "is an array, not an object"),
    Row(
      "tokenizer_config.json", #"{"bos_token": 1}"#,
      "bos_token should be a token or an object with its content, not a number"),
    Row(
      "tokenizer_config.json", #"{"eos_token": {"text": "</s>"}}"#,
      "eos_token.content is missing"),
    Row(
      "tokenizer_config.json", #"{"additional_special_tokens": [1]}"#,
      "additional_special_tokens[0] should be a token or an object with its content, not a number"),
    Row(
      "tokenizer_config.json", #"{"chat_template": {}}"#,
      "chat_template is empty"),
    Row(
      "tokenizer_config.json", #"{"chat_template": [{"name": "default"}]}"#,
      "chat_template[0] should have a name and a template"),
    Row(
      "tokenizer_config.json", #"{"chat_template": "{% if %}"}"#,
      "chat_template: chat template line 1: expected an expression, got '%}'"),
    Row(
      "special_tokens_map.json", #"{"pad_token": []}"#,
      "pad_token should be a token or an object with its content, not an array"),
    Row(
      "generation_config.json", #"{"eos_token_id": "2"}"#,
      "eos_token_id is a string, not a token id or a list of them"),
    Row("generation_config.json", "nul", "JSON ends too early at byte 3"),
    Row(
      "config.json", #"{"eos_token_id": [2, "3"]}"#,
      "eos_token_id is an array, not a token id or a list of them"),
    Row("chat_template.jinja", "a\n{% for %}", "chat template line 2: expected a name, got '%}'"),
    Row(
      "chat_template.jinja", "{% include 'x' %}",
      "chat template line 1: the tag 'include' is not supported"),
    Row(
      "chat_template.jinja", String(repeating: "x", count: 600_000),
      "the template exceeds the limit of 524288 bytes of its own text"),
  ]

  @Test(arguments: rows)
  func isNamed(_ row: Row) throws {
    let model = try TemporaryModel([row.file: row.text])
    let error = #expect(throws: ConversationError.self) {
      try ConversationEncoder(folder: model.folder).render([["role": "user", "content": "Hi"]])
    }
    #expect(error?.description == "\(model.folder)/\(row.file): \(row.reason)")
    #expect(error?.kind == .badData)
  }

  @Test func textThatIsNotUTF8() throws {
    let model = try TemporaryModel([:])
    try model.write([0x41, 0xff], to: "chat_template.jinja")
    let error = #expect(throws: ConversationError.self) {
      try ConversationEncoder(folder: model.folder).render([])
    }
    #expect(error?.description == "\(model.folder)/chat_template.jinja: not UTF-8")
  }

  /// A GGUF file keeps all of this in its metadata.
  @Test(arguments: [
    ("tokenizer.chat_template", "3", "tokenizer.chat_template is a number, not a template"),
    (
      "tokenizer.chat_template", #""{{""#,
      "tokenizer.chat_template: chat template line 1: unexpected end of template"
    ),
    (
      "tokenizer.ggml.eos_token_id", #""x""#,
      "tokenizer.ggml.eos_token_id is a string, not a token id or a list of them"
    ),
    ("tokenizer.ggml.model", #""bert""#, "tokenizer.ggml.model is 'bert', which is not supported"),
    (
      "tokenizer.ggml.pre", #""klingon""#, "tokenizer.ggml.pre is 'klingon', which is not supported"
    ),
    ("tokenizer.ggml.pre", "1", "tokenizer.ggml.pre should be a string, not a number"),
    ("tokenizer.ggml.tokens", "null", "tokenizer.ggml.tokens is missing"),
    ("tokenizer.ggml.tokens", "[1]", "tokenizer.ggml.tokens[0] should be a string, not a number"),
    (
      "tokenizer.ggml.token_type", "[1]",
      "tokenizer.ggml.token_type is '1 elements': there are 3 tokens"
    ),
    (
      "tokenizer.ggml.token_type", "[1, 1, 9]",
      "tokenizer.ggml.token_type[2] is '9', which is not supported"
    ),
    ("tokenizer.ggml.merges", "null", "tokenizer.ggml.merges is missing"),
    ("tokenizer.ggml.merges", #"["a"]"#, "model.merges[0] is 'a': a merge joins two tokens"),
    ("tokenizer.ggml.bos_token_id", "3", "tokenizer.ggml.bos_token_id is '3': there are 3 tokens"),
    (
      "tokenizer.ggml.add_bos_token", "1",
      "tokenizer.ggml.add_bos_token should be a boolean, not a number"
    ),
  ])
  func metadataIsNamed(_ key: String, _ text: String, _ reason: String) throws {
    var metadata = try #require(
      try JSONValue(
        parsing: #"""
          {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "default",
           "tokenizer.ggml.tokens": ["a", "b", "ab"], "tokenizer.ggml.merges": ["a b"],
           "tokenizer.ggml.token_type": [1, 1, 1], "tokenizer.ggml.bos_token_id": 0,
           "tokenizer.ggml.add_bos_token": true, "tokenizer.chat_template": "x"}
          """#
      ).objectValue)
    metadata[key] = try JSONValue(parsing: text)
    let error = #expect(throws: ConversationError.self) {
      try ConversationEncoder(ggufMetadata: metadata, model: "m.gguf")
        .render([["role": "user", "content": "Hi"]])
    }
    #expect(error?.description == "m.gguf: \(reason)")
  }
}
