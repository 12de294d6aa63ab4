import OrderedJSON

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
    let answers = try generator.generate(
      prompts: try set.prompts.map { try tokens(of: $0, in: set) }, maxNewTokens: maxNewTokens,
      stopTokens: Set(encoding.stopTokens.compactMap { Int32(exactly: $0) }),
      batchSize: batchSize, progress: progress)
    guard answers.count == set.prompts.count else {
      throw EvaluationError.missingResponses(
        set: set.name, expected: set.prompts.count, found: answers.count)
    }
    return zip(set.prompts, answers).map(judged)
  }

  private func tokens(of prompt: PromptSet.Prompt, in set: PromptSet) throws -> [Int32] {
    func unsuitable(_ reason: String) -> EvaluationError {
      .unsuitablePrompt(set: set.name, id: prompt.id, reason: reason)
    }
    let ids: [Int]
    do { ids = try encoding.encode(prompt.messages) } catch { throw unsuitable("\(error)") }
    guard !ids.isEmpty else { throw unsuitable("no tokens") }
    return try ids.map { id in
      guard let token = Int32(exactly: id) else { throw unsuitable("token \(id) is out of range") }
      return token
    }
  }

  private func judged(_ prompt: PromptSet.Prompt, _ answer: [Int32]) -> JudgedResponse {
    let text = encoding.decode(answer.map(Int.init))
    return JudgedResponse(
      prompt: prompt, text: text, tokenCount: answer.count,
      isCutOff: answer.count >= maxNewTokens,
      verdict: matcher.classify(text, prompt: prompt.request))
  }
}
