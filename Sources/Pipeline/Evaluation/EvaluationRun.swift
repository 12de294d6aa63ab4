/// Asks all prompts of some sets and judges what is answered: prompts → answers → verdicts.
public struct EvaluationRun {
  private let source: any AnswerSource
  private let matcher = RefusalMatcher()

  /// Creates a run.
  ///
  /// - Parameter source: What answers.
  public init(_ source: any AnswerSource) { self.source = source }

  /// The judged answers to a set, in the order of its prompts.
  ///
  /// - Parameters:
  ///   - set: The prompts.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: One judged response a prompt.
  /// - Throws: `EvaluationError`, and what the source throws.
  public func responses(
    to set: PromptSet, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [JudgedResponse] {
    try responses(to: [set], progress: progress).first ?? []
  }

  /// The judged answers to several sets.
  ///
  /// - Parameters:
  ///   - sets: The sets.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: One judged response a prompt, by set.
  /// - Throws: `EvaluationError`, and what the source throws.
  public func responses(
    to sets: [PromptSet], progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [[JudgedResponse]] {
    for set in sets where set.prompts.isEmpty {
      throw EvaluationError.nothingToScore(set: set.name)
    }
    return try source.answers(to: sets, progress: progress).map { answers in
      answers.map { JudgedResponse($0, verdict: matcher.judge($0)) }
    }
  }
}

extension RefusalMatcher {
  /// The verdict on an answer: on what follows the reasoning, where there is any.
  ///
  /// - Parameter answer: The answer.
  /// - Returns: Unscored where the reasoning had not ended, or where a filter took the answer away.
  public func judge(_ answer: Answer) -> Verdict {
    if answer.finish == .contentFilter { return .filtered }
    guard let judged = answer.answer else { return .reasoningCutOff }
    let verdict = classify(judged, prompt: answer.prompt.request)
    let isAfterReasoning = answer.reasoning != .none
    return isAfterReasoning && answer.isCutOff && verdict.rule == "empty"
      ? .reasoningCutOff : verdict
  }
}
