/// A training example as tokens: what the model reads, and which of it carries loss.
///
/// It is one value from its line in a file to its factors.
public struct Example: Sendable, Equatable {
  /// Its name; the line number, from 0, where the file gives none.
  public let id: String
  /// The ids that the model reads.  // [tokens]
  public let tokens: [TokenID]
  /// For each token, whether it carries loss.  // [tokens]
  ///
  /// The first token never does: no token stands before it that could predict it.
  public let answerMask: [Bool]
  /// The ids to be predicted; those of `tokens` unless `labels` in the file differ.  // [tokens]
  ///
  /// Where `answerMask` is true, `targets[i]` is what the model should predict from the tokens
  /// before `i`. Elsewhere it has no meaning.
  public let targets: [TokenID]

  /// The tokens that carry loss, ascending.
  public var answerPlaces: [Int] { answerMask.indices.filter { answerMask[$0] } }

  /// The number of tokens that carry loss.
  public var answerTokenCount: Int { answerMask.count { $0 } }

  /// Creates an example.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - tokens: The ids that the model reads.
  ///   - answerMask: For each token, whether it carries loss; as many as tokens.
  ///   - targets: The ids to be predicted, as many as tokens; the tokens themselves when absent.
  public init(id: String, tokens: [TokenID], answerMask: [Bool], targets: [TokenID]? = nil) {
    precondition(answerMask.count == tokens.count, "one mask entry a token")
    precondition(targets.map { $0.count == tokens.count } ?? true, "one target a token")
    self.id = id
    self.tokens = tokens
    self.answerMask = answerMask.enumerated().map { $0 > 0 && $1 }
    self.targets = targets ?? tokens
  }
}
