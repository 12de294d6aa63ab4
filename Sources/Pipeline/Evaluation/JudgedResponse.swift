import Conversations
import OrderedJSON

/// A prompt, what the model answered, and what that is: one line of `responses.jsonl`.
public struct JudgedResponse: Sendable {
  /// What was asked.
  public let prompt: Prompt
  /// The answer as text, special tokens left out.
  public let text: String
  /// The part of it that was judged, where the model thought first; nil for all of it.
  public let judgedText: String?
  /// The tokens that the model wrote.
  public let tokenCount: Int
  /// What ended the answer.
  public let finish: GeneratedResponse.Finish
  /// Refusal, compliance, degenerate or unscored.
  public let verdict: Verdict

  /// Creates a judged response.
  public init(
    prompt: Prompt, text: String, judgedText: String? = nil, tokenCount: Int,
    finish: GeneratedResponse.Finish, verdict: Verdict
  ) {
    self.prompt = prompt
    self.text = text
    self.judgedText = judgedText
    self.tokenCount = tokenCount
    self.finish = finish
    self.verdict = verdict
  }

  /// True when the answer was stopped by a limit, not by the model.
  public var isCutOff: Bool { finish != .stop }

  /// One line of `responses.jsonl`.
  ///
  /// - Parameter set: The set that the prompt belongs to.
  /// - Returns: An object in a fixed order of keys.
  public func json(in set: PromptSet) -> JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "set", value: .string(set.name)),
      .init(key: "kind", value: .string(set.kind.rawValue)),
      .init(key: "id", value: .string(prompt.id)),
      .init(key: "messages", value: .array(prompt.messages)),
      .init(key: "response", value: .string(text)),
    ]
    if let judgedText { members.append(.init(key: "judged", value: .string(judgedText))) }
    members += [
      .init(key: "class", value: .string(verdict.responseClass.rawValue)),
      .init(key: "rule", value: .string(verdict.rule)),
      .init(key: "tokens", value: .integer(tokenCount)),
      .init(key: "cut_off", value: .bool(isCutOff)),
      .init(key: "finish", value: .string(finish.rawValue)),
    ]
    return .object(JSONObject(members))
  }
}
