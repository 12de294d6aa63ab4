import Jinja
import Tokenization
import Tokens

extension ConversationEncoder {
  /// The tokens of a text and of what continues it, divided as lm-evaluation-harness divides them.
  ///
  /// White space at the end of the context counts as part of the continuation. The tokens of the continuation
  /// are those of the whole text past as many as the context has alone. The tokenizer adds its special tokens
  /// unless the text begins with the beginning-of-sequence token.
  ///
  /// Source: lm-evaluation-harness 0.4.13, `_encode_pair` in `lm_eval/api/model.py`, `tok_encode` in
  /// `lm_eval/models/huggingface.py`.
  ///
  /// - Parameters:
  ///   - context: A text that is not all white space.
  ///   - continuation: What follows.
  /// - Returns: The ids of both.
  /// - Throws: `unusableTokenizer`.
  public func encode(
    _ context: String, continuation: String
  ) throws(ConversationError) -> (context: [TokenID], continuation: [TokenID]) {
    let kept = context.stripped(of: nil, atStart: false)
    let whole = try ids(of: context + continuation)
    let before = try ids(of: kept)
    return (before, Array(whole.dropFirst(before.count)))
  }

  private func ids(of text: String) throws(ConversationError) -> [TokenID] {
    let first = specialTokens["bos_token"] ?? specialTokens["eos_token"]
    let isBegun = first.map { text.utf8.starts(with: $0.utf8) } ?? false
    do throws(TokenizerError) {
      return try tokenizer.encode(text, addSpecialTokens: !isBegun).map(\.id)
    } catch {
      throw ConversationError(.unusableTokenizer(path: model, error))
    }
  }
}
