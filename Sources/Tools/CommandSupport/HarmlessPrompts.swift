import Conversations
import Evaluation
import ModelLoading
import RandomNumbers
import Recovery
import Tokenization
import Tokens
import Transformer

/// Harmless prompts of a file, ready for a model, that a recovery preserves or is calibrated on, or
/// that candidates are compared on.
public struct HarmlessPrompts {
  /// The prompts.
  public let set: PromptSet
  /// Their tokens.
  private let tokens: [[TokenID]]
  private let encoder: ConversationEncoder
  private let generation: GenerationSettings

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: JSONL, JSON, CSV or TXT.
  ///   - count: Prompts to draw at most; nil for all.
  ///   - seed: Decides which are drawn; they keep the order of the file.
  ///   - model: Which reads them.
  ///   - run: Prints what the user should know of the file.
  /// - Throws: `ExampleError`, `ConversationError`.
  public init(
    _ path: String, count: Int? = nil, seed: UInt64, for model: OpenedModel, run: RunOptions
  ) throws {
    let reading = try PromptSet.reading(path, name: path, kind: .benign)
    run.note(reading.notes)
    let set = reading.set
    encoder = try model.encoder()
    generation = try ModelGeneration(of: model).settings
    var prompts = set.prompts
    if let count, count < prompts.count {
      var generator = SplitMix64(seed: seed ^ 0x5052_4553_4552_5645)
      prompts = generator.permutation(prompts.count).prefix(count).sorted().map { prompts[$0] }
    } else if let count, count > prompts.count {
      run.note("\(path): has \(prompts.count) prompts, fewer than the \(count) asked for")
    }
    self.set = PromptSet(name: set.name, kind: set.kind, sha256: set.sha256, prompts: prompts)
    let encoder = encoder
    tokens = try prompts.map { try encoder.encodePrompt($0.messages) }
  }

  /// Tokens of each prompt.
  public var lengths: [Int] { tokens.map(\.count) }

  /// The model's own answers.
  ///
  /// - Parameters:
  ///   - newTokens: Tokens of an answer at most.
  ///   - weight: The factor of the divergence from them.
  ///   - language: The model as loaded.
  ///   - quiet: Whether no progress is shown.
  /// - Returns: The answers, and what the model predicts along them.
  /// - Throws: `ModelError`; `RecoveryError.nothingToPreserve`.
  public func preserved(
    newTokens: Int, weight: Double, _ language: LanguageModel, quiet: Bool
  ) throws -> PreservedAnswers {
    let progress = Progress("preserved answers", total: tokens.count, unit: "prompts", quiet: quiet)
    defer { progress.finish() }
    return try PreservedAnswers(
      of: language, to: zip(set.prompts, tokens).map { ($0.id, $1) },
      newTokens: newTokens, stopTokens: encoder.stopTokens, settings: generation,
      weight: weight
    ) { progress.update(completed: $0) }
  }

  /// What the log says of preserved answers.
  ///
  /// - Parameters:
  ///   - preserved: The answers.
  ///   - weight: The factor of the divergence from them.
  /// - Returns: The record.
  public func record(_ preserved: PreservedAnswers, weight: Double) -> RecoveryLog.Preservation {
    RecoveryLog.Preservation(preserved, weight: weight, sha256: set.sha256) { index in
      let example = preserved.examples[index]
      let answer = example.answerPlaces.map { example.tokens[$0] }
      return encoder.tokenizer.decode(answer, skipSpecialTokens: true)
    }
  }

  /// Has the model answer as it is now, and counts refusals.
  ///
  /// - Parameters:
  ///   - language: The model.
  ///   - newTokens: Tokens of an answer at most.
  ///   - progress: Called with the number of answered prompts.
  /// - Returns: Refusals, and prompts in all.
  /// - Throws: `ModelError`.
  public func refusals(
    _ language: LanguageModel, newTokens: Int, progress: (Int) -> Void
  ) throws -> (refused: Int, count: Int) {
    let run = EvaluationRun(
      ModelAnswers(
        generator: ModelResponses(language: language, settings: generation),
        encoding: PromptEncoding(encoder), maxNewTokens: newTokens))
    let responses = try run.responses(to: set) { done, _ in progress(done) }
    return (responses.count { $0.verdict.responseClass == .refusal }, responses.count)
  }
}
