import Conversations
import OrderedJSON
import Tokens

/// The answers of a model that is at hand: prompts → tokens → generated tokens → text.
public struct ModelAnswers<Generator: ResponseGenerator>: AnswerSource {
  private let generator: Generator
  private let encoding: PromptEncoding
  private let maxNewTokens: Int
  private let batchSize: Int

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - generator: What answers.
  ///   - encoding: How conversations become tokens and tokens text.
  ///   - maxNewTokens: Tokens of an answer at most.
  ///   - batchSize: Answers generated together.
  public init(
    generator: Generator, encoding: PromptEncoding, maxNewTokens: Int, batchSize: Int = 64
  ) {
    self.generator = generator
    self.encoding = encoding
    self.maxNewTokens = maxNewTokens
    self.batchSize = batchSize
  }

  /// The answers to a set, in the order of its prompts.
  ///
  /// - Parameters:
  ///   - set: The prompts.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: One answer a prompt.
  /// - Throws: `EvaluationError`, and what the generator throws.
  public func answers(to set: PromptSet, progress: (Int, Int) -> Void) throws -> [Answer] {
    try answers(to: [set], progress: progress).first ?? []
  }

  /// The answers to several sets, generated together: a step reads all weights once, for as many prompts as
  /// there are.
  ///
  /// - Parameters:
  ///   - sets: The sets.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: The answers by set.
  /// - Throws: `EvaluationError`, and what the generator throws.
  public func answers(
    to sets: [PromptSet], progress: (Int, Int) -> Void
  ) throws -> [[Answer]] {
    let prompts = try sets.map { try encoding.tokens(of: $0) }
    var responses = try generator.respond(
      to: Array(prompts.joined()), maxNewTokens: maxNewTokens, stopTokens: encoding.stopTokens,
      batchSize: batchSize, progress: progress)[...]
    return try zip(sets, prompts).map { set, prompts in
      let own = responses.prefix(prompts.count)
      responses = responses.dropFirst(prompts.count)
      guard own.count == prompts.count else {
        throw EvaluationError.missingResponses(
          set: set.name, expected: prompts.count, found: own.count)
      }
      return zip(zip(set.prompts, prompts), own).map { answer($0.0, $0.1, $1) }
    }
  }

  private func answer(
    _ prompt: Prompt, _ asked: [TokenID], _ response: GeneratedResponse
  ) -> Answer {
    let opening = encoding.opening(atEndOf: asked)
    return Answer(
      prompt: prompt, text: encoding.decode(response.tokens),
      reasoning: Reasoning(opening + encoding.decodeWhole(response.tokens)),
      tokenCount: response.tokens.count, finish: response.finish,
      prefill: encoding.prefill)
  }
}
