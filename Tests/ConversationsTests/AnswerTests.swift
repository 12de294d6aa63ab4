import Conversations
import OrderedJSON
import TestSupport
import Testing

/// How the answer is found, and how it is not.
struct AnswerTests {
  private static let tokenizer = "bytes"

  private func encoder(_ template: String) throws -> ConversationEncoder {
    try ConversationEncoderTests.encoder(
      Self.tokenizer, Fixtures.path("jinja/templates/" + template))
  }

  private func answer(_ messages: [JSONValue], _ encoder: ConversationEncoder) throws -> String {
    let encoded = try encoder.encode(messages)
    let ids = zip(encoded.tokens, encoded.answerMask).filter(\.1).map(\.0)
    return encoder.tokenizer.decode(ids, skipSpecialTokens: false)
  }

  private func cause(
    _ messages: [JSONValue], _ encoder: ConversationEncoder
  ) -> ConversationError.Cause? {
    #expect(throws: ConversationError.self) { try encoder.encode(messages) }?.cause
  }

  private static let question: JSONValue = ["role": "user", "content": "2 + 2?"]

  @Test func `a template that moves the reasoning is followed`() throws {
    let encoder = try encoder("qwen3.jinja")
    let plain: JSONValue = ["role": "assistant", "content": "Four."]
    #expect(try answer([Self.question, plain], encoder) == "Four.<|im_end|>")
    let text = "<think>\nAdd.\n</think>\n\nFour."
    let thought: JSONValue = ["role": "assistant", "content": .string(text)]
    #expect(try answer([Self.question, thought], encoder) == text + "<|im_end|>")
    #expect(
      try answer([Self.question, thought, Self.question, plain], encoder) == "Four.<|im_end|>")
  }

  @Test func `the generation tag changes nothing`() throws {
    let plain: JSONValue = ["role": "assistant", "content": "Four."]
    #expect(try answer([Self.question, plain], try encoder("smollm3.jinja")) == "Four.<|im_end|>")
  }

  @Test func `blocks of text are found`() throws {
    let blocks: JSONValue = [
      "role": "assistant",
      "content": [["type": "text", "text": "It is"], ["type": "text", "text": "four."]],
    ]
    let text = try answer([Self.question, blocks], try encoder("gemma-3.jinja"))
    #expect(text == "It isfour.<end_of_turn>")
  }

  @Test func `an earlier answer is found when another turn follows`() throws {
    let plain: JSONValue = ["role": "assistant", "content": "Four."]
    let encoder = try encoder("qwen2.5.jinja")
    let encoded = try encoder.encode([Self.question, plain, Self.question])
    #expect(encoded.text.hasSuffix("Four.<|im_end|>"))
    let whole = try encoder.encodeWhole([Self.question, plain, Self.question])
    #expect(whole.text.hasSuffix("2 + 2?<|im_end|>\n"))
    #expect(whole.answerMask.count { $0 } == encoded.answerMask.count { $0 })
    #expect(try !encoder.encodeWhole([Self.question]).answerMask.contains(true))
  }

  @Test func `a conversation without an answer is refused`() throws {
    let encoder = try encoder("qwen2.5.jinja")
    func assistant(_ content: JSONValue) -> [JSONValue] {
      [Self.question, ["role": "assistant", "content": content]]
    }
    #expect(
      cause([Self.question], encoder) == .noAnswer("the conversation has no assistant turn"))
    #expect(cause(assistant(""), encoder) == .emptyAnswer)
    #expect(
      cause(assistant(.null), encoder)
        == .noAnswer("the content of the last assistant turn is null"))
    #expect(cause(assistant("  \n"), try self.encoder("gemma-2.jinja")) == .emptyAnswer)
  }

  private func encoder(source: String) throws -> ConversationEncoder {
    let file = try TemporaryTemplate(source)
    return try ConversationEncoderTests.encoder(Self.tokenizer, file.path)
  }

  @Test(arguments: [
    ("{{ messages[-1].content | length }}", "the template writes it 0 times"),
    (
      "{% for m in messages %}{{ m.content }}{% endfor %}{{ messages[-1].content }}",
      "the template writes it 2 times"
    ),
    (
      "{{ messages[-1].content }}{{ messages[-1].content | length }}",
      "what follows it depends on what it says"
    ),
    (
      "{{ messages[-1].content | length }}{{ messages[-1].content | upper }}",
      "the template writes it 0 times"
    ),
    (
      "{{ messages[-1].content | length }}{{ messages[-1].content | replace('o', '0') }}",
      "the template takes it apart"
    ),
  ])
  func `a template that cannot be followed is named`(source: String, reason: String) throws {
    let plain: JSONValue = ["role": "assistant", "content": "Four."]
    #expect(
      cause([Self.question, plain], try encoder(source: source)) == .answerNotFound(reason))
  }

  @Test func `the start of the next turn is not the end of this one`() throws {
    let source =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '\n' }}{% endfor %}"
    let plain: JSONValue = ["role": "assistant", "content": "Four."]
    let encoder = try encoder(source: source)
    #expect(try answer([Self.question, plain, Self.question], encoder) == "Four.")
    #expect(encoder.stopTokens == [257])
  }
}
