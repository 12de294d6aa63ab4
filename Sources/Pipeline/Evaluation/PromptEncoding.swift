import OrderedJSON
import Tokens

/// How conversations become tokens and tokens text.
public struct PromptEncoding: Sendable {
  /// Token ids of a conversation with the generation prompt.
  public let encode: @Sendable ([JSONValue]) throws -> [TokenID]
  /// Text of generated tokens, special tokens left out.
  public let decode: @Sendable ([TokenID]) -> String
  /// Text of tokens, special ones included: those may mark where a model thinks.
  public let decodeWhole: @Sendable ([TokenID]) -> String
  /// Tokens that end an answer.
  public let stopTokens: Set<TokenID>

  /// Creates an encoding.
  ///
  /// - Parameters:
  ///   - encode: Token ids of a conversation with the generation prompt.
  ///   - decode: Text of generated tokens.
  ///   - decodeWhole: Text of tokens, special ones included; nil where there are none.
  ///   - stopTokens: Tokens that end an answer.
  public init(
    encode: @escaping @Sendable ([JSONValue]) throws -> [TokenID],
    decode: @escaping @Sendable ([TokenID]) -> String,
    decodeWhole: (@Sendable ([TokenID]) -> String)? = nil, stopTokens: Set<TokenID>
  ) {
    self.encode = encode
    self.decode = decode
    self.decodeWhole = decodeWhole ?? decode
    self.stopTokens = stopTokens
  }

  /// Of a model without a tokenizer, which is asked nothing.
  public static let none = PromptEncoding(encode: { _ in [] }, decode: { _ in "" }, stopTokens: [])
}
