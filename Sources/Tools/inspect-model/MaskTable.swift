import Conversations
import Failures
import OrderedJSON
import Tokenization
import Tokens

/// A conversation token by token, with a mark on those that carry loss.
struct MaskTable {
  let number: Int
  let conversation: EncodedConversation
  let tokenizer: Tokenizer

  /// The conversation and its tokens, a line each: place, mark, id, and text as a JSON string.
  var text: String {
    let marked = conversation.answerMask.count { $0 }
    var lines = [
      "conversation \(number): \(counted(conversation.tokens.count, "tokens")), \(marked) with loss "
        + "(*)",
      conversation.text,
    ]
    for (index, (id, carriesLoss)) in zip(conversation.tokens, conversation.answerMask).enumerated()
    {
      let piece = tokenizer.decode([id], skipSpecialTokens: false)
      lines.append(
        "\(Self.padded(index, 6)) \(carriesLoss ? "*" : " ") \(Self.padded(id, 7))  "
          + JSONValue.string(piece).text())
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, width - digits.count)) + digits
  }
}
