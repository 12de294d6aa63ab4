import OrderedJSON

/// How conversations become tokens and tokens text.
public struct PromptEncoding: Sendable {
  /// Token ids of a conversation with the generation prompt.
  public let encode: @Sendable ([JSONValue]) throws -> [Int]
  /// Text of generated tokens, special tokens left out.
  public let decode: @Sendable ([Int]) -> String
  /// Text of tokens, special ones included: those may mark where a model thinks.
  public let decodeWhole: @Sendable ([Int]) -> String
  /// Tokens that end an answer.
  public let stopTokens: Set<Int>

  /// Creates an encoding.
  ///
  /// - Parameters:
  ///   - encode: Token ids of a conversation with the generation prompt.
  ///   - decode: Text of generated tokens.
  ///   - decodeWhole: Text of tokens, special ones included; nil where there are none.
  ///   - stopTokens: Tokens that end an answer.
  public init(
    encode: @escaping @Sendable ([JSONValue]) throws -> [Int],
    decode: @escaping @Sendable ([Int]) -> String,
    decodeWhole: (@Sendable ([Int]) -> String)? = nil, stopTokens: Set<Int>
  ) {
    self.encode = encode
    self.decode = decode
    self.decodeWhole = decodeWhole ?? decode
    self.stopTokens = stopTokens
  }
}
