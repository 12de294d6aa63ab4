import Evaluation
import Tokenization
import Tokens

/// What token ids mean in a model, to be compared with what they mean in another.
struct VocabularyCheck {
  let path: String
  /// Rows of the head.
  let size: Int
  let tokenizer: Tokenizer

  /// Refuses a model in which an id means something else.
  ///
  /// - Parameters:
  ///   - otherPath: The other model.
  ///   - otherSize: Rows of its head.
  ///   - other: Its tokenizer.
  /// - Throws: `EvaluationError.otherVocabulary` naming both.
  func requireSame(
    path otherPath: String, size otherSize: Int, tokenizer other: Tokenizer
  ) throws(EvaluationError) {
    func differ(_ reason: String) -> EvaluationError {
      .otherVocabulary(reference: otherPath, model: path, reason: reason)
    }
    guard size == otherSize else {
      throw differ("they have \(otherSize) and \(size) token ids")
    }
    for id in 0..<TokenID(clamping: size) {
      let (mine, theirs) = (Self.token(id, of: tokenizer), Self.token(id, of: other))
      // Canonically equivalent texts are different tokens.
      if mine.map({ Array($0.utf8) }) != theirs.map({ Array($0.utf8) }) {
        throw differ(
          "token \(id) is \(theirs.map { "'\($0)'" } ?? "none") in the one and "
            + "\(mine.map { "'\($0)'" } ?? "none") in the other")
      }
    }
  }

  /// The token of an id; none for the names that GGUF files give to the rows past the last token.
  private static func token(_ id: TokenID, of tokenizer: Tokenizer) -> String? {
    let token = tokenizer.token(of: id)
    return token == "[PAD\(id)]" ? nil : token
  }
}
