import TextPatterns
import Tokens

extension Tokenizer {
  /// Decodes tokens into text.
  ///
  /// Bytes that do not make up a character become U+FFFD; ids that the vocabulary does not have
  /// are passed over.
  ///
  /// - Parameters:
  ///   - ids: The ids of the tokens.
  ///   - skipSpecialTokens: Whether special tokens are left out.
  /// - Returns: The text.
  public func decode(_ ids: [TokenID], skipSpecialTokens: Bool) -> String {
    let tokens = ids.compactMap { id -> [UInt8]? in
      guard let spelling = spelling(of: id) else { return nil }
      return skipSpecialTokens && added.isSpecial(spelling[...]) ? nil : spelling
    }
    let space = decoder == nil ? [UInt8(ascii: " ")] : []
    let texts = decoder?.decode(tokens) ?? tokens
    return String(decoding: Array(texts.joined(separator: space)), as: UTF8.self)
  }

  /// The normalised form of a text.
  package func normalized(_ text: String) -> String {
    let text = AlignedText(original: Array(text.utf8))
    let normalized = normalizer?.applied(to: text, text.range) ?? text
    return String(decoding: normalized.bytes, as: UTF8.self)
  }

  private func spelling(of id: TokenID) -> [UInt8]? {
    guard let id = UInt32(exactly: id) else { return nil }
    return added.spelling(of: id) ?? model.vocabulary.token(of: id).map(Array.init)
  }
}
