import Conversations
import OrderedJSON
import TestSupport
import Testing

/// Conversations as tokens with the mask of the answer, against transformers and tokenizers.
struct ConversationEncoderTests {
  static let table = Result { try Fixtures.json("conversations/conversations.json") }
  static let cases = (try? table.get()["cases"]?.arrayValue) ?? []

  static func encoder(_ tokenizer: String, _ template: String?) throws -> ConversationEncoder {
    try ConversationEncoder(
      folder: Fixtures.path("tokenizers/" + tokenizer), chatTemplate: template,
      clock: .reference)
  }

  @Test func `the table is there`() throws {
    #expect(try Self.table.get()["cases"]?.arrayValue?.count ?? 0 >= 190)
  }

  @Test(arguments: [
    "bytes", "bytelevel-llama3-like", "bytelevel-qwen2-like", "spm-like", "spm-like-metaspace",
  ])
  func `gives the tokens and the mask of the reference`(tokenizer: String) throws {
    for template in ["chatml", "gemma", "llama-2", "llama-3", "mistral", "phi-3"] {
      let encoder = try Self.encoder(tokenizer, template)
      for json in Self.cases
      where json["tokenizer"]?.stringValue == tokenizer && json["template"]?.stringValue == template
      {
        try check(json, encoder)
      }
    }
  }

  private func check(_ json: JSONValue, _ encoder: ConversationEncoder) throws {
    let name = try #require(json["conversation"]?.stringValue)
    let messages = try #require(
      try Self.table.get()["conversations"]?[name]?.arrayValue)
    let label = Comment(rawValue: json.text().prefix(160).description)
    if json["error"] != nil {
      #expect(throws: ConversationError.self, label) { try encoder.encode(messages) }
      return
    }
    let encoded = try encoder.encode(messages)
    #expect(encoded.text.utf8.elementsEqual((json["text"]?.stringValue ?? "").utf8), label)
    #expect(
      encoded.tokens.map { Int($0) } == json["ids"]?.arrayValue?.compactMap(\.integerValue), label)
    let mask = json["answer_mask"]?.arrayValue?.map { $0.integerValue == 1 }
    #expect(encoded.answerMask == mask, label)
    #expect(
      try encoder.encodePrompt(messages).map { Int($0) }
        == json["prompt_ids"]?.arrayValue?.compactMap(\.integerValue),
      label)
  }

  @Test func `gives what the real SmolLM2 was given`() throws {
    let encoder = try Self.encoder("smollm2", nil)
    let cases = try #require(
      try Fixtures.json("conversations/smollm2-conversations.json").arrayValue)
    #expect(cases.count == 3)
    for json in cases {
      let encoded = try encoder.encode(try #require(json["messages"]?.arrayValue))
      #expect(encoded.text == json["rendered"]?.stringValue)
      #expect(
        encoded.tokens.map { Int($0) } == json["tokens"]?.arrayValue?.compactMap(\.integerValue))
      #expect(encoded.answerMask == json["answer_mask"]?.arrayValue?.map { $0.integerValue == 1 })
    }
    #expect(encoder.stopTokens == [2])
  }
}
