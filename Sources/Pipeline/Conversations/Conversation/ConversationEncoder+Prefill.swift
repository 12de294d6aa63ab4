import Jinja
import OrderedJSON
import Tokenization
import Tokens

/// Conversations whose answer has begun: the model goes on where the beginning ends.
extension ConversationEncoder {
  /// Encodes a conversation for the model to go on with an answer that begins as given.
  ///
  /// The same as transformers' `apply_chat_template(continue_final_message=True)`: an assistant turn with
  /// the beginning is rendered as the template writes answers, the text is cut behind the beginning and
  /// tokenised whole. A template that opens the reasoning of an answer to come, but not of one that is
  /// there, leaves the reasoning out.
  ///
  /// - Parameters:
  ///   - messages: The conversation, without the answer.
  ///   - beginning: What the answer begins with.
  /// - Returns: The ids.
  /// - Throws: `noTemplate`, `noPrefill`, or what the template throws.
  public func encodePrompt(
    _ messages: [JSONValue], beginning: String
  ) throws(ConversationError) -> [TokenID] {
    try tokens(ofRendered: try render(messages, beginning: beginning)).map(\.id)
  }

  private static var mark: String { "CONTINUE_FINAL_MESSAGE_TAG" }

  /// The text of a conversation up to the end of the answer's beginning.
  func render(
    _ messages: [JSONValue], beginning: String
  ) throws(ConversationError) -> String {
    guard try requiredTemplate().source.contains("content") else {
      throw ConversationError(.noPrefill("the template writes no content"))
    }
    // The space behind the mark tells whether the template strips what it is given.
    let turn: JSONValue = [
      "role": "assistant", "content": .string(beginning + Self.mark + " "),
    ]
    let text = Array(try render(messages + [turn]).utf8)
    let stripped = Array(beginning.stripped(of: nil).utf8)
    let mark = Array(Self.mark.utf8)
    guard let place = TextSearch.all(mark, in: text).last,
      stripped.isEmpty || TextSearch.find(stripped, in: text) != nil
    else {
      throw ConversationError(.noPrefill("the template does not write it as it is"))
    }
    let head = String(decoding: text[..<place], as: UTF8.self)
    let keepsSpace = text[(place + mark.count)...].first == UInt8(ascii: " ")
    return keepsSpace ? head : head.stripped(of: nil, atStart: false)
  }
}
