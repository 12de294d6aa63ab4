import Conversations
import OrderedJSON
import Tokens

/// How conversations become tokens and tokens text.
public struct PromptEncoding: Sendable {
  /// Token ids of a conversation with the generation prompt, and what the answer is forced to begin with.
  public let encode: @Sendable ([JSONValue]) throws -> [TokenID]
  /// Text of generated tokens, special tokens left out.
  public let decode: @Sendable ([TokenID]) -> String
  /// Text of tokens, special ones included: those may mark where a model thinks.
  public let decodeWhole: @Sendable ([TokenID]) -> String
  /// Tokens that end an answer.
  public let stopTokens: Set<TokenID>
  /// What every answer is forced to begin with; `encode` puts it at the end.
  public let prefill: String?

  /// Creates an encoding.
  ///
  /// - Parameters:
  ///   - encode: Token ids of a conversation with the generation prompt.
  ///   - decode: Text of generated tokens.
  ///   - decodeWhole: Text of tokens, special ones included; nil where there are none.
  ///   - stopTokens: Tokens that end an answer.
  ///   - prefill: What every answer is forced to begin with.
  public init(
    encode: @escaping @Sendable ([JSONValue]) throws -> [TokenID],
    decode: @escaping @Sendable ([TokenID]) -> String,
    decodeWhole: (@Sendable ([TokenID]) -> String)? = nil, stopTokens: Set<TokenID>,
    prefill: String? = nil
  ) {
    self.encode = encode
    self.decode = decode
    self.decodeWhole = decodeWhole ?? decode
    self.stopTokens = stopTokens
    self.prefill = prefill
  }

  /// Of a model without a tokenizer, which is asked nothing.
  public static let none = PromptEncoding(encode: { _ in [] }, decode: { _ in "" }, stopTokens: [])

  /// The tokens of the prompts of a set.
  ///
  /// - Parameter set: The prompts.
  /// - Returns: The ids of each.
  /// - Throws: `EvaluationError.unsuitablePrompt`.
  public func tokens(of set: PromptSet) throws(EvaluationError) -> [[TokenID]] {
    try set.prompts.map { prompt throws(EvaluationError) in
      func unsuitable(_ reason: String) -> EvaluationError {
        .unsuitablePrompt(set: set.name, id: prompt.id, reason: reason)
      }
      let tokens: [TokenID]
      do { tokens = try encode(prompt.messages) } catch { throw unsuitable("\(error)") }
      guard !tokens.isEmpty else { throw unsuitable("no tokens") }
      return tokens
    }
  }

  /// Tokens at the end of a prompt in which a template may open the reasoning.
  private static let openingLength = 32

  /// What is to stand before the response to a prompt when its reasoning is looked for.
  func opening(atEndOf prompt: [TokenID]) -> String {
    guard let prefill else {
      return Reasoning.opening(atEndOf: decodeWhole(Array(prompt.suffix(Self.openingLength))))
    }
    // A token has a byte of it at least.
    let end = prompt.suffix(Self.openingLength + prefill.utf8.count)
    return Reasoning.opening(atEndOf: decodeWhole(Array(end)), forcing: prefill)
  }
}
