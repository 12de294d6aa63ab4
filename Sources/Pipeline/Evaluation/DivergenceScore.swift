import OrderedJSON
import Statistics

/// How far a model is from a reference on one prompt: what each predicts along the reference's own answer.
///
/// Both predictions are those of the logits as they are, before settings of generation change them.
public struct PromptDivergence: Sendable, Equatable {
  /// The reference's greedy answer as text, special tokens left out.
  public let response: String
  /// KL(reference || model) in nats at each token of that answer, the one that ends it included; none where
  /// the reference could write nothing.
  public let tokens: [Double]

  /// Creates a divergence.
  ///
  /// - Parameters:
  ///   - response: The reference's greedy answer as text.
  ///   - tokens: The divergence at each token of it.
  public init(response: String, tokens: [Double]) {
    self.response = response
    self.tokens = tokens
  }

  /// The divergence at the first token of the answer, which the prompt alone decides.
  public var first: Double? { tokens.first }

  /// The mean over the tokens of the answer.
  public var mean: Double? {
    tokens.isEmpty ? nil : tokens.reduce(0, +) / Double(tokens.count)
  }

  /// A line's part in `responses.jsonl`.
  public var json: JSONValue {
    [
      "response": .string(response), "tokens": .integer(tokens.count),
      "kl_first_token": JSONValue(first),
      "kl_answer": JSONValue(mean),
    ]
  }
}

/// How far a model is from a reference on a set of prompts.
///
/// Two means over prompts, each prompt weighing the same: of the divergence at the first answer token, and of
/// the mean divergence along the reference's own greedy answer. The intervals are bootstrap ones over prompts.
public struct DivergenceScore: Sendable {
  /// A mean with its interval.
  public struct Mean: Sendable {
    /// The mean over prompts, in nats.
    public let value: Double
    /// The 95 % bootstrap interval over prompts; nil for a single one.
    public let interval: ClosedRange<Double>?

    init?(_ values: [Double], seed: UInt64) {
      guard !values.isEmpty else { return nil }
      value = values.reduce(0, +) / Double(values.count)
      interval = Bootstrap.interval(ofRatio: values.map { ($0, 1) }, seed: seed)
    }
  }

  /// Prompts that the reference answered.
  public let count: Int
  /// Prompts that it could answer with nothing, as it can read no more.
  public let unanswered: Int
  /// Tokens of its answers.
  public let tokenCount: Int
  /// At the first answer token.
  public let first: Mean?
  /// Along the answer.
  public let answer: Mean?

  /// Scores a set.
  ///
  /// - Parameters:
  ///   - divergences: One a prompt; nothing comes of none.
  ///   - seed: Of the resampling.
  public init?(_ divergences: [PromptDivergence], seed: UInt64 = 0) {
    if divergences.isEmpty { return nil }
    let answered = divergences.filter { !$0.tokens.isEmpty }
    count = answered.count
    unanswered = divergences.count - answered.count
    tokenCount = answered.reduce(0) { $0 + $1.tokens.count }
    first = Mean(answered.compactMap(\.first), seed: seed)
    answer = Mean(answered.compactMap(\.mean), seed: seed)
  }

  /// A set's part in `scores.json`.
  public var json: JSONValue {
    [
      "count": .integer(count), "unanswered": .integer(unanswered),
      "answer_tokens": .integer(tokenCount),
      "kl_first_token": JSONValue(first?.value),
      "kl_first_token_interval": JSONValue(first?.interval),
      "kl_answer": JSONValue(answer?.value),
      "kl_answer_interval": JSONValue(answer?.interval),
    ]
  }
}
