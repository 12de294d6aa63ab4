import Conversations

/// What was answered to a prompt, before anyone judges it.
public struct Answer: Sendable {
  /// What was asked.
  public let prompt: Prompt
  /// The answer as text, special tokens left out.
  public let text: String
  /// Where the model thought, and what it answered then.
  public let reasoning: Reasoning
  /// The tokens that the model wrote; nil where whoever answered did not count them.
  public let tokenCount: Int?
  /// What ended the answer.
  public let finish: GeneratedResponse.Finish
  /// What the answer was forced to begin with, which is no part of `text`; nil for nothing.
  public let prefill: String?

  /// Creates an answer.
  ///
  /// - Parameters:
  ///   - prompt: What was asked.
  ///   - text: The answer as text, special tokens left out.
  ///   - reasoning: Where the model thought.
  ///   - tokenCount: The tokens that the model wrote.
  ///   - finish: What ended the answer.
  ///   - prefill: What it was forced to begin with.
  public init(
    prompt: Prompt, text: String, reasoning: Reasoning, tokenCount: Int?,
    finish: GeneratedResponse.Finish, prefill: String? = nil
  ) {
    self.prompt = prompt
    self.text = text
    self.reasoning = reasoning
    self.tokenCount = tokenCount
    self.finish = finish
    self.prefill = prefill
  }

  /// The part that is judged; nil where the model had not ended its thoughts.
  public var answer: String? {
    switch reasoning {
    case .none: text
    case .open: nil
    case .closed(let answer): answer
    }
  }

  /// True when the answer was stopped by a limit, not by the model.
  public var isCutOff: Bool { finish != .stop }
}

/// Where answers come from: a model here, a server, or a file of earlier ones.
public protocol AnswerSource {
  /// The answers to a set, in the order of its prompts.
  ///
  /// - Parameters:
  ///   - set: The prompts, at least one.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: One answer a prompt.
  /// - Throws: What keeps them from being answered.
  func answers(to set: PromptSet, progress: (Int, Int) -> Void) throws -> [Answer]

  /// The answers to several sets; by default one set after the other.
  ///
  /// - Parameters:
  ///   - sets: The sets, each of at least one prompt.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: The answers by set.
  /// - Throws: What keeps them from being answered.
  func answers(to sets: [PromptSet], progress: (Int, Int) -> Void) throws -> [[Answer]]
}

extension AnswerSource {
  /// One set after the other.
  ///
  /// - Parameters:
  ///   - sets: The sets.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: The answers by set.
  /// - Throws: What keeps them from being answered.
  public func answers(
    to sets: [PromptSet], progress: (Int, Int) -> Void
  ) throws -> [[Answer]] {
    let count = sets.reduce(0) { $0 + $1.prompts.count }
    var before = 0
    return try sets.map { set in
      defer { before += set.prompts.count }
      return try answers(to: set) { done, _ in progress(before + done, count) }
    }
  }
}
