import Conversations
import OrderedJSON

/// An answer and what it is: one line of `responses.jsonl`.
public struct JudgedResponse: Sendable {
  /// What was answered.
  public let answer: Answer
  /// Refusal, compliance, degenerate or unscored, as the matcher reads it.
  public let verdict: Verdict
  /// How far the model is from a reference on this prompt, where there is one.
  public var divergence: PromptDivergence?
  /// What a judge says, where there is one.
  public var judgement: Judgement?

  /// Creates a judged response.
  ///
  /// - Parameters:
  ///   - answer: What was answered.
  ///   - verdict: What it is.
  public init(_ answer: Answer, verdict: Verdict) {
    self.answer = answer
    self.verdict = verdict
  }

  /// One line of `responses.jsonl`.
  ///
  /// - Parameter set: The set that the prompt belongs to.
  /// - Returns: An object in a fixed order of keys.
  public func json(in set: PromptSet) -> JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "set", value: .string(set.name)),
      .init(key: "kind", value: .string(set.kind.rawValue)),
      .init(key: "set_sha256", value: .string(set.sha256)),
      .init(key: "id", value: .string(answer.prompt.id)),
    ]
    if let category = answer.prompt.category {
      members.append(.init(key: "category", value: .string(category)))
    }
    if let context = answer.prompt.context, let behavior = answer.prompt.behavior {
      members += [
        .init(key: "context", value: .string(context)),
        .init(key: "behavior", value: .string(behavior)),
      ]
    }
    members += [
      .init(key: "messages", value: .array(answer.prompt.messages))
    ]
    if let prefill = answer.prefill {
      members.append(.init(key: "prefill", value: .string(prefill)))
    }
    members += [
      .init(key: "response", value: .string(answer.text)),
      .init(key: "reasoning", value: .string(answer.reasoning.state)),
    ]
    if case .closed(let judged) = answer.reasoning {
      members.append(.init(key: "judged", value: .string(judged)))
    }
    members += [
      .init(key: "class", value: .string(verdict.responseClass.rawValue)),
      .init(key: "rule", value: .string(verdict.rule)),
      .init(key: "tokens", value: JSONValue(answer.tokenCount)),
      .init(key: "cut_off", value: .bool(answer.isCutOff)),
      .init(key: "finish", value: .string(answer.finish.rawValue)),
    ]
    if let divergence { members.append(.init(key: "reference", value: divergence.json)) }
    if let judgement { members.append(.init(key: "judge", value: judgement.json)) }
    return .object(JSONObject(members))
  }
}
