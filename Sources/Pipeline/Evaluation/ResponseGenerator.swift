import Tokens

/// The tokens of a response, and why there are no more.
public struct GeneratedResponse: Sendable, Equatable {
  /// Why a response ended.
  public enum Finish: String, Sendable, Equatable {
    /// The model ended it.
    case stop
    /// It reached the limit on new tokens.
    case length
    /// The model can read no more tokens.
    case context
    /// A server took it away or cut it off by a filter of its own.
    case contentFilter = "content_filter"
  }

  /// The tokens, without the one that ends the response.
  public let tokens: [TokenID]
  /// Why there are no more.
  public let finish: Finish

  /// Creates a response.
  ///
  /// - Parameters:
  ///   - tokens: The tokens, without the one that ends the response.
  ///   - finish: Why there are no more.
  public init(tokens: [TokenID], finish: Finish) {
    self.tokens = tokens
    self.finish = finish
  }
}

/// Whatever continues prompts: a language model, or in tests a table.
public protocol ResponseGenerator {
  /// The response to each prompt.
  ///
  /// - Parameters:
  ///   - prompts: Token ids of each prompt.
  ///   - maxNewTokens: Tokens to add at most.
  ///   - stopTokens: A response ends before one of these.
  ///   - batchSize: Sequences decoded together.
  ///   - progress: Called with the number of finished prompts and of all.
  /// - Returns: One response a prompt.
  /// - Throws: What keeps the model from answering.
  func respond(
    to prompts: [[TokenID]], maxNewTokens: Int, stopTokens: Set<TokenID>, batchSize: Int,
    progress: (Int, Int) -> Void
  ) throws -> [GeneratedResponse]
}
