import LinearAlgebra
import Tokens

/// What a model predicts wherever an example carries loss: a distribution over the vocabulary for each
/// answer token.
///
/// It is kept whole, answer tokens x vocabulary floats, so that it holds whatever becomes of the model,
/// its head included.
public final class AnswerDistributions: Sendable {
  /// Natural logarithms of the probabilities.
  let logProbabilities: Matrix  // [answer tokens × vocabulary]

  init(_ logProbabilities: consuming Matrix) { self.logProbabilities = logProbabilities }

  /// Number of answer tokens.
  public var count: Int { logProbabilities.rows }

  /// Bytes that the distributions of some answer tokens take.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - answerTokens: Their number.
  /// - Returns: The bytes.
  public static func byteCount(
    _ configuration: ModelConfiguration, answerTokens: Int
  ) -> Double {
    4 * Double(configuration.vocabularySize) * Double(answerTokens)
  }
}

extension LanguageModel {
  /// What the model predicts at each answer token of some examples.
  ///
  /// - Parameters:
  ///   - examples: In as many passes as the plan has.
  ///   - didPass: Called after each pass with the number of examples that are done.
  /// - Returns: The distributions of each example.
  /// - Throws: `ModelError` for unsuitable tokens and where something is not finite.
  public func answerDistributions(
    _ examples: [Example], didPass: (Int) -> Void = { _ in }
  ) throws -> [AnswerDistributions] {
    var results: [AnswerDistributions] = []
    for pass in plan.passes(over: examples.map(\.tokens.count)) {
      results += try LossPass(self, Array(examples[pass])).answerDistributions()
      didPass(results.count)
    }
    return results
  }
}
