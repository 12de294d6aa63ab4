import OrderedJSON

/// A prompt, what the model answered, and what that is: one line of `responses.jsonl`.
public struct JudgedResponse: Sendable {
  /// What was asked.
  public let prompt: PromptSet.Prompt
  /// The answer as text, special tokens left out.
  public let text: String
  /// The tokens that the model wrote.
  public let tokenCount: Int
  /// True when the answer was stopped by the limit on new tokens, not by the model.
  public let isCutOff: Bool
  /// Refusal, compliance, degenerate or unscored.
  public let verdict: Verdict

  /// Creates a judged response.
  public init(
    prompt: PromptSet.Prompt, text: String, tokenCount: Int, isCutOff: Bool, verdict: Verdict
  ) {
    self.prompt = prompt
    self.text = text
    self.tokenCount = tokenCount
    self.isCutOff = isCutOff
    self.verdict = verdict
  }

  /// One line of `responses.jsonl`.
  ///
  /// - Parameter set: The set that the prompt belongs to.
  /// - Returns: An object in a fixed order of keys.
  public func json(in set: PromptSet) -> JSONValue {
    [
      "set": .string(set.name), "kind": .string(set.kind.rawValue), "id": .string(prompt.id),
      "messages": .array(prompt.messages), "response": .string(text),
      "class": .string(verdict.responseClass.rawValue), "rule": .string(verdict.rule),
      "tokens": .integer(tokenCount), "cut_off": .bool(isCutOff),
    ]
  }
}
