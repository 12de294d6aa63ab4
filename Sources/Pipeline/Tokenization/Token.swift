import Tokens

/// A token of an encoded text.
public struct Token: Equatable, Sendable {
  /// The id in the vocabulary.
  public let id: TokenID
  /// The bytes of the original text that the token stands for, always whole characters; empty for
  /// special tokens around the text.
  public let utf8Range: Range<Int>

  /// Creates a token.
  public init(id: TokenID, utf8Range: Range<Int>) {
    self.id = id
    self.utf8Range = utf8Range
  }
}
