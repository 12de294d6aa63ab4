import LinearAlgebra
import Tokens
import Transformer

/// Prompts with the answers that a model gives to them, which a recovery is to leave as they are.
///
/// No labels and no second model are needed: what the model as loaded predicts at each token of its own
/// greedy answers is kept, and the divergence from it is part of what is lowered.
public struct PreservedAnswers: Sendable {
  /// Prompts and the model's own answers, which carry the divergence.
  public let examples: [Example]
  /// Prompts that the model answers with nothing, and can read no more.
  public let unanswered: [String]
  /// The divergence as terms of what is lowered, together `weight` times the mean over all tokens.
  public let terms: [LossTerm]

  /// Prompts that are preserved where no other number is asked for.
  public static let defaultCount = 16
  /// Tokens of an answer at most where no other number is asked for.
  public static let defaultTokens = 24
  /// The divergence's factor where no other is asked for.
  public static let defaultWeight = 1.0

  /// Has a model answer, and notes what it predicts.
  ///
  /// - Parameters:
  ///   - model: As loaded.
  ///   - prompts: Names and tokens of the prompts.
  ///   - newTokens: Tokens of an answer at most.
  ///   - stopTokens: An answer ends with one of these; it carries divergence too.
  ///   - settings: What the model's `generation_config.json` says.
  ///   - weight: The divergence's factor.
  ///   - progress: Called with the number of answered prompts.
  /// - Throws: `ModelError`; `RecoveryError.nothingToPreserve` when no prompt is answered.
  public init(
    of model: LanguageModel, to prompts: [(id: String, tokens: [TokenID])], newTokens: Int,
    stopTokens: Set<TokenID>, settings: GenerationSettings = GenerationSettings(),
    weight: Double, progress: (Int) -> Void = { _ in }
  ) throws {
    let continuations = try model.continuations(
      of: prompts.map(\.tokens), maxNewTokens: newTokens, stopTokens: stopTokens,
      settings: settings, progress: { done, _ in progress(done) })
    let answered = zip(prompts, continuations).map { prompt, continuation in
      (prompt: prompt, answer: continuation.tokensWithStop)
    }
    unanswered = answered.filter(\.answer.isEmpty).map(\.prompt.id)
    let examples = answered.filter { !$0.answer.isEmpty }.map { prompt, answer in
      Example(
        id: prompt.id, tokens: prompt.tokens + answer,
        answerMask: prompt.tokens.map { _ in false } + answer.map { _ in true })
    }
    guard !examples.isEmpty else { throw RecoveryError.nothingToPreserve }
    let total = examples.reduce(0) { $0 + $1.answerTokenCount }
    let references = try model.answerDistributions(examples)
    self.examples = examples
    terms = zip(examples, references).map { example, reference in
      let share = Double(example.answerTokenCount) / Double(total)
      return LossTerm(example, weight: weight * share, reference: reference)
    }
  }
}
