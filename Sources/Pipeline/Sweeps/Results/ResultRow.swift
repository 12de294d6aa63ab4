import OrderedJSON

/// One number of an evaluation: a row of `results.csv`.
package struct ResultRow: Sendable {
  package let labels: CellLabels
  /// The step that was evaluated; nil where nothing was recovered.
  package let step: Int?
  /// Name of the prompt or utility set.
  package let set: String
  /// Empty for the whole set.
  package let category: String
  package let metric: String
  /// Nil where there was nothing to measure.
  package let value: Double?
  package let low: Double?
  package let high: Double?
  /// Answers, examples or questions that the number is over.
  package let count: Int?
  /// Identity of the cell.
  package let cell: String
}

/// The numbers of one evaluation.
struct EvaluationScores {
  /// A number of a set or of a category of it.
  struct Entry {
    let set: String
    let category: String
    let metric: String
    let value: Double?
    let low: Double?
    let high: Double?
    let count: Int?
  }

  let entries: [Entry]

  /// Takes every number that has an interval, and the perplexity.
  ///
  /// - Parameter scores: A `scores.json`.
  init(_ scores: JSONValue) {
    var entries: [Entry] = []
    for member in scores.objectValue?.members ?? [] {
      for set in member.value.arrayValue ?? [] {
        guard let name = set["name"]?.stringValue else { continue }
        entries += Self.entries(of: set, set: name, category: "")
        for category in set["categories"]?.arrayValue ?? [] {
          entries += Self.entries(
            of: category, set: name, category: category["name"]?.stringValue ?? "(no category)")
        }
      }
    }
    self.entries = entries
  }

  /// Members whose intervals have a name that does not begin with theirs.
  private static let plainIntervals = ["rate": "refusal_rate", "mean_nll": "mean_nll"]

  private static func entries(of part: JSONValue, set: String, category: String) -> [Entry] {
    (part.objectValue?.members ?? []).compactMap { member in
      let isPlain = plainIntervals[member.key] != nil
      let interval =
        isPlain ? part["interval"] : part["\(member.key)_interval"]
      guard interval != nil || member.key == "perplexity",
        member.value.doubleValue != nil || member.value.isNull
      else { return nil }
      let ends = interval?.arrayValue ?? []
      return Entry(
        set: set, category: category, metric: plainIntervals[member.key] ?? member.key,
        value: member.value.doubleValue, low: ends.first?.doubleValue,
        high: ends.last?.doubleValue, count: count(of: part, for: member.key))
    }
  }

  /// Rates of refusals are over answers that could be judged.
  private static func count(of part: JSONValue, for key: String) -> Int? {
    guard let refused = part["refused"]?.integerValue,
      let complied = part["complied"]?.integerValue,
      key != "degenerate_rate"
    else { return part["count"]?.integerValue }
    let (sum, overflow) = refused.addingReportingOverflow(complied)
    return overflow ? nil : sum
  }
}
