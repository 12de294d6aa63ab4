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
  /// Tokens of an answer at most.
  public var maxNewTokens: Int
  /// How the responses were decoded.
  public var generation: JSONValue

  /// Creates scores.
  public init(
    promptSets: [PromptSetScore], utility: [UtilityScore], maxNewTokens: Int,
    generation: JSONValue = ["decoding": "greedy"]
  ) {
    self.promptSets = promptSets
    self.utility = utility
    self.maxNewTokens = maxNewTokens
    self.generation = generation
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
    let body = JSONObject([
      .init(key: "refusal_matcher", value: .string(RefusalMatcher.version)),
      .init(key: "degeneracy_detector", value: .string(DegeneracyDetector.version)),
      .init(key: "interval_method", value: "wilson-95"),
      .init(key: "max_new_tokens", value: .integer(maxNewTokens)),
      .init(key: "generation", value: generation),
      .init(key: "prompt_sets", value: .array(promptSets.map(\.json))),
      .init(key: "utility", value: .array(utility.map(\.json))),
    ])
    return .object(JSONObject(head.members + provenance.members + body.members))
  }
}
