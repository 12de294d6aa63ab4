import Tokens

/// What a model wrote after a prompt.
public struct Continuation: Sendable, Equatable {
  /// Why it ended.
  public enum End: Sendable, Equatable {
    /// The model wrote this stop token.
    case stopToken(TokenID)
    /// As many tokens were written as were asked for.
    case newTokenLimit
    /// The model can read no more tokens.
    case contextLength
  }

  /// The new tokens, without the stop token.
  public let tokens: [TokenID]
  /// Why there are no more.
  public let end: End

  /// The new tokens, with the stop token that ended them.
  public var tokensWithStop: [TokenID] {
    if case .stopToken(let token) = end { tokens + [token] } else { tokens }
  }
}
