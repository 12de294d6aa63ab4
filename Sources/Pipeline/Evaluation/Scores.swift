import OrderedJSON

/// What `scores.json` says: how the scores came about, the prompt sets, and the utility sets.
public struct Scores: Sendable {
  /// Written as `format`.
  public static let format = "suture-scores"
  /// Written as `format_version`.
  public static let formatVersion = 1

  /// Refusals, one entry a prompt set.
  public var promptSets: [PromptSetScore]
  /// Losses, one entry a utility set.
  public var utility: [UtilityScore]
  /// Accuracies, one entry a file of questions with choices.
  public var choices: [ChoiceScore] = []
  /// Tokens of an answer at most; nil where nobody knows.
  public var maxNewTokens: Int?
  /// How the responses were decoded.
  public var generation: JSONValue
  /// The system turn that was put before each prompt; nil for none.
  public var system: String?
  /// What every answer was forced to begin with; nil for nothing.
  public var prefill: String?
  /// What the model was compared with, if with anything.
  public var reference: JSONValue?
  /// Where stored responses are from, and what was said of them before.
  public var rescoring: Rescoring?
  /// Numbers of the model's linear weights and token tables; nil where no model was loaded.
  public var parameters: Int?
  /// The server that answered, where it was one.
  public var endpoint: JSONValue?
  /// Who judged the responses beside the matcher, if anyone did.
  public var judge: JSONValue?

  /// Creates scores.
  public init(
    promptSets: [PromptSetScore], utility: [UtilityScore], maxNewTokens: Int?,
    generation: JSONValue = ["decoding": "greedy"]
  ) {
    self.promptSets = promptSets
    self.utility = utility
    self.maxNewTokens = maxNewTokens
    self.generation = generation
  }

  /// True when more than a tenth of the answers to all prompts are degenerate.
  public var isCollapsed: Bool {
    let degenerate = promptSets.reduce(0) { $0 + $1.counts.count(of: .degenerate) }
    return degenerate * 10 > promptSets.reduce(0) { $0 + $1.counts.count }
  }

  /// The scores in their fixed order of keys.
  ///
  /// - Parameter provenance: Tool version, model, fingerprints, seed and the like; written after
  ///   the format.
  /// - Returns: The object to write.
  public func json(provenance: JSONObject = JSONObject()) -> JSONValue {
    let head = JSONObject([
      .init(key: "format", value: .string(Self.format)),
      .init(key: "format_version", value: .integer(Self.formatVersion)),
    ])
    let others = [
      ("parameters", parameters.map { .integer($0) }), ("endpoint", endpoint),
      ("reference", reference), ("judge", judge),
    ].compactMap { key, value in
      value.map { JSONObject.Member(key: key, value: $0) }
    }
    let body = JSONObject(
      [
        .init(key: "refusal_matcher", value: .string(RefusalMatcher.version)),
        .init(key: "degeneracy_detector", value: .string(DegeneracyDetector.version)),
        .init(key: "interval_method", value: "wilson-95"),
        .init(key: "clustered_interval_method", value: "bootstrap-percentile-95 over categories"),
        .init(key: "max_new_tokens", value: JSONValue(maxNewTokens)),
        .init(key: "system", value: JSONValue(system)),
        .init(key: "prefill", value: JSONValue(prefill)),
        .init(key: "generation", value: generation),
        .init(key: "collapsed", value: .bool(isCollapsed)),
        .init(key: "prompt_sets", value: .array(promptSets.map(\.json))),
        .init(key: "utility", value: .array(utility.map(\.json))),
      ] + (choices.isEmpty ? [] : [.init(key: "choices", value: .array(choices.map(\.json)))])
        + (rescoring.map { [.init(key: "rescored", value: $0.json)] } ?? []))
    return .object(JSONObject(head.members + provenance.members + others + body.members))
  }
}
