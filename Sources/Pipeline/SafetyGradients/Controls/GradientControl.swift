import RandomNumbers
import Tokens

/// A gradient that stands beside an example's, so that what is claimed of the one can be looked for in
/// the other.
///
/// Each takes one thing away: the words' order, what the words are, which error belongs to which token,
/// all that errors have in common, what the model learnt, or that the answer is a refusal.
public enum GradientControl: String, CaseIterable, Sendable {
  /// The answer's tokens in another order.
  case shuffledAnswer = "shuffled-answer"
  /// Other tokens to predict at the same places.
  case randomLabels = "random-labels"
  /// Rows of D dealt to other answer rows.
  case permutedErrors = "permuted-errors"
  /// Rows of D replaced by Gaussian ones of the same length.
  case randomErrors = "random-errors"
  /// The example in a model whose weights are Gaussian, of the same Frobenius norms.
  case untrained
  /// A harmless example of about the same length.
  case benign

  /// What this control draws for an example: the same whatever other controls and examples there are.
  ///
  /// - Parameters:
  ///   - seed: Start of every sequence of the run.
  ///   - example: The example.
  ///   - names: What else the draw is for.
  /// - Returns: A stream of its own.
  func draws(seed: Int, _ example: Example, for names: [String] = []) -> SplitMix64 {
    let tokens = example.tokens.map(String.init).joined(separator: " ")
    return SplitMix64(seed: seed, for: [rawValue, example.id, tokens] + names)
  }
}
