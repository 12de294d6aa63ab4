import OrderedJSON

/// Two folders of scores beside each other, set by set.
public struct ScoreComparison: Sendable {
  /// Written as `format`.
  public static let format = "suture-score-comparison"
  /// Written as `format_version`.
  public static let formatVersion = 1

  /// Prompt sets that both have, by name and kind.
  public private(set) var promptSets: [SetComparison] = []
  /// Utility sets that both have, by name.
  public private(set) var utility: [UtilityComparison] = []
  /// What keeps the numbers from meaning the same, a line each.
  public private(set) var warnings: [String] = []
  private let first: StoredScores
  private let second: StoredScores

  /// Compares two folders.
  ///
  /// - Parameters:
  ///   - first: A.
  ///   - second: B.
  /// - Throws: `StoredScoresError.nothingInCommon`.
  public init(_ first: StoredScores, _ second: StoredScores) throws(StoredScoresError) {
    self.first = first
    self.second = second
    for one in first.sets {
      let match = second.sets.first { $0.set.name == one.set.name && $0.set.kind == one.set.kind }
      guard let match else {
        warnings.append("\(second.path): has no \(one.set.kind.rawValue) set '\(one.set.name)'")
        continue
      }
      promptSets.append(SetComparison(one, match))
    }
    let others = Self.means(second)
    for (name, mean) in Self.means(first) {
      guard let other = others.first(where: { $0.name == name }) else { continue }
      utility.append(
        UtilityComparison(
          name: name, means: (mean, other.mean), first.losses[name] ?? [],
          second.losses[name] ?? []))
    }
    if promptSets.isEmpty, utility.isEmpty {
      throw .nothingInCommon(first: first.path, second: second.path)
    }
    for key in ["refusal_matcher", "degeneracy_detector", "max_new_tokens", "generation"] {
      let values = [first, second].map { ($0.document[key] ?? .null).text() }
      if values[0] == values[1] { continue }
      warnings.append("\(key) differs: \(values[0]) in A, \(values[1]) in B")
    }
  }

  private static func means(_ scores: StoredScores) -> [(name: String, mean: Double)] {
    (scores.document["utility"]?.arrayValue ?? []).compactMap { set in
      guard let name = set["name"]?.stringValue, let mean = set["mean_nll"]?.doubleValue else {
        return nil
      }
      return (name, mean)
    }
  }

  /// The comparison in its fixed order of keys.
  ///
  /// - Parameter provenance: Tool version, command line and the like; written after the format.
  /// - Returns: The object to write.
  public func json(provenance: JSONObject = JSONObject()) -> JSONValue {
    func side(_ scores: StoredScores) -> JSONValue {
      var members: [JSONObject.Member] = [.init(key: "path", value: .string(scores.path))]
      for key in ["model", "model_fingerprint", "refusal_matcher", "degeneracy_detector"] {
        members.append(.init(key: key, value: scores.document[key] ?? .null))
      }
      return .object(JSONObject(members))
    }
    let head = JSONObject([
      .init(key: "format", value: .string(Self.format)),
      .init(key: "format_version", value: .integer(Self.formatVersion)),
    ])
    let body = JSONObject([
      .init(key: "a", value: side(first)), .init(key: "b", value: side(second)),
      .init(key: "warnings", value: .array(warnings.map { .string($0) })),
      .init(key: "prompt_sets", value: .array(promptSets.map(\.json))),
      .init(key: "utility", value: .array(utility.map(\.json))),
    ])
    return .object(JSONObject(head.members + provenance.members + body.members))
  }

  /// The comparison for a person to read.
  public var table: String {
    let sides = [("A", first), ("B", second)].map { letter, scores in
      (name: letter, text: "\(scores.path)  \(scores.document["model"]?.stringValue ?? "")")
    }
    return TextTable.text(sides + promptSets.flatMap(\.lines) + utility.map(\.line))
  }
}
