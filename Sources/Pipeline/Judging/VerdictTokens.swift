import Evaluation
import Tokenization
import Tokens

/// The tokens that a judge's answers begin with, in all spellings that the tokenizer may give them.
///
/// A model writes `Yes`, `yes` or ` Yes`, as it was trained: the probability of an answer is the sum over
/// its spellings. A token that both answers could begin with belongs to neither.
package struct VerdictTokens: Equatable {
  /// Of the positive answer, ascending.
  package let positive: [TokenID]
  /// Of the negative answer, ascending.
  package let negative: [TokenID]

  /// Looks the answers up.
  ///
  /// - Parameters:
  ///   - answers: The words.
  ///   - tokenizer: The judge's.
  ///   - model: For messages.
  /// - Throws: `JudgeError.sameTokens`.
  package init(_ answers: JudgeAnswers, _ tokenizer: Tokenizer, model: String) throws(JudgeError) {
    positive = Self.tokens(answers.positive, not: answers.negative, tokenizer)
    negative = Self.tokens(answers.negative, not: answers.positive, tokenizer)
    guard !positive.isEmpty, !negative.isEmpty else { throw .sameTokens(model: model, answers) }
  }

  private static func tokens(
    _ word: String, not other: String, _ tokenizer: Tokenizer
  ) -> [TokenID] {
    let spellings = [word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()]
    var found = Set<TokenID>()
    for spelling in spellings {
      // The ways of SentencePiece and of byte-level tokenizers to write a space.
      for name in [spelling, "\u{2581}" + spelling, "\u{120}" + spelling] {
        if let id = tokenizer.id(of: name) { found.insert(id) }
      }
      for text in [spelling, " " + spelling] {
        if let token = try? tokenizer.encode(text, addSpecialTokens: false).first {
          found.insert(token.id)
        }
      }
    }
    let (word, other) = (word.lowercased(), other.lowercased())
    return found.filter { id in
      let text = tokenizer.decode([id], skipSpecialTokens: false).lowercased()
        .drop { $0.isWhitespace }
      return !text.isEmpty && word.hasPrefix(text) && !other.hasPrefix(text)
    }.sorted()
  }
}
