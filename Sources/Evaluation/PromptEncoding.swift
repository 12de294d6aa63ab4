import OrderedJSON

/// How conversations become tokens and tokens text.
public struct PromptEncoding: Sendable {
  /// Token ids of a conversation with the generation prompt.
  public let encode: @Sendable ([JSONValue]) throws -> [Int]
  /// Text of generated tokens, special tokens left out.
  public let decode: @Sendable ([Int]) -> String
  /// Tokens that end an answer.
  public let stopTokens: Set<Int>

  /// Creates an encoding.
  ///
  /// - Parameters:
  ///   - encode: Token ids of a conversation with the generation prompt.
  ///   - decode: Text of generated tokens.
  ///   - stopTokens: Tokens that end an answer.
  public init(
    encode: @escaping @Sendable ([JSONValue]) throws -> [Int],
    decode: @escaping @Sendable ([Int]) -> String, stopTokens: Set<Int>
  ) {
    self.encode = encode
    self.decode = decode
    self.stopTokens = stopTokens
  }
}
