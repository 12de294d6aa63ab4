import Conversations
import OrderedJSON
import Tokens

/// Asks a model all prompts of a set and judges what it answers.
///
/// prompts → tokens → generated tokens → text → verdicts → `PromptSetScore`.
public struct EvaluationRun<Generator: ResponseGenerator> {
  private let generator: Generator
  private let encoding: PromptEncoding
  private let maxNewTokens: Int
  private let batchSize: Int
  private let matcher = RefusalMatcher()

  /// Creates a run.
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

  /// The judged answers to a set, in the order of its prompts.
  ///
  /// - Parameters:
  ///   - set: The prompts.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: One judged response a prompt.
  /// - Throws: `EvaluationError`, and what the generator throws.
  public func responses(
    to set: PromptSet, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [JudgedResponse] {
    guard !set.prompts.isEmpty else { throw EvaluationError.nothingToScore(set: set.name) }
    let prompts = try set.prompts.map { try tokens(of: $0, in: set) }
    let answers = try generator.respond(
      to: prompts, maxNewTokens: maxNewTokens, stopTokens: encoding.stopTokens,
      batchSize: batchSize, progress: progress)
    guard answers.count == set.prompts.count else {
      throw EvaluationError.missingResponses(
        set: set.name, expected: set.prompts.count, found: answers.count)
    }
    return set.prompts.indices.map { judged(set.prompts[$0], prompts[$0], answers[$0]) }
  }

  private func tokens(of prompt: Prompt, in set: PromptSet) throws -> [TokenID] {
    func unsuitable(_ reason: String) -> EvaluationError {
      .unsuitablePrompt(set: set.name, id: prompt.id, reason: reason)
    }
    let tokens: [TokenID]
    do { tokens = try encoding.encode(prompt.messages) } catch { throw unsuitable("\(error)") }
    guard !tokens.isEmpty else { throw unsuitable("no tokens") }
    return tokens
  }

  /// Tokens at the end of a prompt in which a template may open the reasoning.
  private static var openingLength: Int { 32 }

  private func judged(
    _ prompt: Prompt, _ asked: [TokenID], _ answer: GeneratedResponse
  ) -> JudgedResponse {
    let text = encoding.decode(answer.tokens)
    let opening = Reasoning.opening(
      atEndOf: encoding.decodeWhole(Array(asked.suffix(Self.openingLength))))
    var judgedText: String?
    var verdict: Verdict
    switch Reasoning(opening + encoding.decodeWhole(answer.tokens)) {
    case .none: verdict = matcher.classify(text, prompt: prompt.request)
    case .open: verdict = .reasoningCutOff
    case .closed(let answer):
      judgedText = answer
      verdict = matcher.classify(answer, prompt: prompt.request)
    }
    if judgedText != nil, answer.finish != .stop, verdict.rule == "empty" {
      verdict = .reasoningCutOff
    }
    return JudgedResponse(
      prompt: prompt, text: text, judgedText: judgedText, tokenCount: answer.tokens.count,
      finish: answer.finish, verdict: verdict)
  }
}
