import LinearAlgebra
import Tokens

/// What a model would write next.
public struct NextToken: Sendable, Equatable {
  /// The token that it finds likeliest.
  public let mostLikely: TokenID
  /// Natural logarithms of the probabilities of the tokens that were asked for, in their order.
  public let logProbabilities: [Double]
}

extension LanguageModel {
  /// The probabilities of some tokens as the next one.
  ///
  /// - Parameters:
  ///   - prompts: What the model has read, shorter than its context; in as many passes as the plan has.
  ///   - tokens: The tokens that are asked for.
  ///   - didPass: Called after each pass with the number of prompts that are done.
  /// - Returns: One next token a prompt.
  /// - Throws: `ModelError` for unsuitable prompts and where something is not finite.
  public func nextTokens(
    after prompts: [[TokenID]], of tokens: [TokenID], didPass: (Int) -> Void = { _ in }
  ) throws -> [NextToken] {
    let examples = prompts.map { prompt in
      // Whatever stands in the place that is asked about.
      Example(
        id: "", tokens: prompt + [0],
        answerMask: prompt.map { _ in false } + [true])
    }
    var results: [NextToken] = []
    for pass in plan.passes(over: examples.map(\.tokens.count)) {
      for example in examples[pass] { try validate(example.tokens) }
      results += try LossPass(self, Array(examples[pass])).answerDistributions()
        .map { $0.nextToken(of: tokens) }
      didPass(results.count)
    }
    return results
  }
}

extension AnswerDistributions {
  /// The first of them at some tokens.
  fileprivate func nextToken(of tokens: [TokenID]) -> NextToken {
    let all = (0..<logProbabilities.columns).map { logProbabilities[0, $0] }
    return NextToken(
      mostLikely: TokenID(clamping: indexOfLargest(all.span)),
      logProbabilities: tokens.map { Double(all[Int($0)]) })
  }
}
