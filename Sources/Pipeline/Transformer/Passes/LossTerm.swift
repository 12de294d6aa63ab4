import Tokens

/// A summand of what training lowers: what an example says of the model, times a factor.
///
/// Without a reference it is the mean negative log-likelihood of the example's answer tokens. With one it is
/// the mean over them of `KL(reference || model)`, which is zero as long as the model predicts what the
/// reference did, whatever the answer.
public struct LossTerm: Sendable {
  /// What the model reads, and where it is asked for a prediction.
  public let example: Example
  /// The factor.
  public let weight: Double
  /// What is to be predicted; nil for the example's own answer.
  public let reference: AnswerDistributions?

  /// Creates a term.
  ///
  /// - Parameters:
  ///   - example: What the model reads, and where it is asked for a prediction.
  ///   - weight: The factor.
  ///   - reference: One distribution for each answer token of the example; nil for its own answer.
  public init(_ example: Example, weight: Double, reference: AnswerDistributions? = nil) {
    precondition(
      reference.map { $0.count == example.answerTokenCount } ?? true,
      "one distribution an answer token")
    self.example = example
    self.weight = weight
    self.reference = reference
  }
}

/// What a scored row of logits is compared with.
enum PredictionTarget {
  /// One token.
  case token(TokenID)
  /// A row of distributions.
  case distribution(AnswerDistributions, row: Int)
}
