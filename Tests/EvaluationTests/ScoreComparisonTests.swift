import Evaluation
import OrderedJSON
import TestSupport
import Testing

@Suite struct ScoreComparisonTests {
  /// Writes a folder of scores whose responses have these classes, in sets by name.
  private func scores(
    _ folder: TemporaryFolder, _ name: String, _ sets: [(String, [String])],
    matcher: String = "m/1", utility: [(String, Double, [Double])] = [], firstID: Int = 0
  ) throws -> StoredScores {
    let lines = sets.flatMap { set, classes in
      classes.enumerated().map { index, name in
        let kind = set.hasPrefix("harmless") ? "benign" : "harmful"
        return #"{"set": "\#(set)", "kind": "\#(kind)", "id": "\#(firstID + index)", "messages": "#
          + #"[{"role": "user", "content": "q\#(firstID + index)"}], "response": "r", "class": "\#(name)", "#
          + #""rule": "x", "finish": "stop"}"#
      }
    }
    let means = utility.map { #"{"name": "\#($0.0)", "mean_nll": \#($0.1)}"# }
    _ = try folder.write(lines.joined(separator: "\n"), to: "\(name)/responses.jsonl")
    _ = try folder.write(
      #"{"format": "suture-scores", "model": "\#(name)", "refusal_matcher": "\#(matcher)", "prompt_sets": "#
        + #"[\#(sets.isEmpty ? "" : "{}")], "utility": [\#(means.joined(separator: ","))]}"#,
      to: "\(name)/scores.json")
    let losses = utility.flatMap { set, _, losses in
      losses.enumerated().map {
        #"{"set": "\#(set)", "id": "\#($0)", "loss": \#($1), "answer_tokens": 2}"#
      }
    }
    if !losses.isEmpty {
      _ = try folder.write(losses.joined(separator: "\n"), to: "\(name)/utility.jsonl")
    }
    return try StoredScores(reading: folder.file(name))
  }

  private func classes(_ letters: String) -> [String] {
    letters.map { ["r": "refusal", "c": "compliance", "d": "degenerate"][$0] ?? "unscored" }
  }

  @Test func theSamePromptsArePaired() throws {
    let folder = try TemporaryFolder()
    // Both refuse 2, only A 7, only B 1, neither 1; one degenerate under A, one unscored under B.
    let comparison = try ScoreComparison(
      scores(folder, "a", [("harm", classes("rrrrrrrrrccdr"))]),
      scores(folder, "b", [("harm", classes("rrcccccccrcru"))]))
    let set = try #require(comparison.promptSets.first)
    #expect(set.shared == 13)
    #expect(set.unscoredPairs == 2)
    let counts = try #require(set.refusals)
    #expect([counts.both, counts.onlyFirst, counts.onlySecond, counts.neither] == [2, 7, 1, 1])
    // statsmodels: mcnemar([[2, 7], [1, 1]], exact=True).pvalue
    #expect(abs((set.test?.pValue ?? 0) - 0.0703125) < 1e-15)
    let json = set.json
    #expect(json["pairing"]?.stringValue == "paired")
    #expect(json["difference_method"]?.stringValue == "newcombe-paired-95")
    // Attack success of A is 2 of 11, of B 8 of 11.
    let difference = json["difference"]?.doubleValue ?? 0
    #expect(abs(difference + 6.0 / 11) < 1e-15)
    #expect(json["a"]?["rate"]?.doubleValue == 2.0 / 11)
    let ends = try #require(json["difference_interval"]?.arrayValue).map { $0.doubleValue ?? 0 }
    #expect(ends[0] < difference && ends[1] > difference)
    #expect(
      comparison.table.contains(
        "refused by both 2, only A 7, only B 1, neither 1, not scored 2; McNemar p 0.070 (exact)"))
  }

  @Test func otherPromptsAreIndependentSamples() throws {
    let folder = try TemporaryFolder()
    let comparison = try ScoreComparison(
      scores(folder, "a", [("harmless", classes("rrrcccccccc"))]),
      scores(folder, "b", [("harmless", classes("rrrrrrrcd"))], firstID: 100))
    let set = try #require(comparison.promptSets.first)
    #expect(set.refusals == nil && set.test == nil)
    #expect(set.json["difference_method"]?.stringValue == "newcombe-independent-95")
    // statsmodels: confint_proportions_2indep(3, 11, 7, 8, method="newcomb", compare="diff")
    let ends = try #require(set.json["difference_interval"]?.arrayValue).map { $0.doubleValue ?? 0 }
    #expect(abs(ends[0] + 0.8053529580141456) < 1e-12)
    #expect(abs(ends[1] + 0.14901826674875496) < 1e-12)
  }

  @Test func whatOnlyOneWasAskedIsCounted() throws {
    let folder = try TemporaryFolder()
    let comparison = try ScoreComparison(
      scores(folder, "a", [("harm", classes("rcrc"))]),
      scores(folder, "b", [("harm", classes("rr"))]))
    let set = comparison.promptSets[0]
    #expect(set.shared == 2)
    #expect(set.alone == (2, 0))
    #expect(set.refusals?.onlySecond == 1)
  }

  @Test func lossesArePairedByExample() throws {
    let folder = try TemporaryFolder()
    let losses = (0..<30).map { Double($0) / 10 }
    let comparison = try ScoreComparison(
      scores(folder, "a", [], utility: [("u", 1.45, losses), ("old", 2, [])]),
      scores(folder, "b", [], utility: [("u", 1.95, losses.map { $0 + 0.5 }), ("old", 1, [])]))
    #expect(comparison.utility.map(\.shared) == [30, nil])
    // Each example is worse by exactly a half, however far the losses of examples lie apart.
    let interval = try #require(comparison.utility[0].interval)
    #expect(abs(interval.lowerBound + 0.5) < 1e-12 && abs(interval.upperBound + 0.5) < 1e-12)
    #expect(comparison.utility[1].interval == nil)
    #expect(comparison.table.contains("A - B 1.000, losses of examples are not stored"))
  }

  @Test func otherVersionsAreWarnedOf() throws {
    let folder = try TemporaryFolder()
    let comparison = try ScoreComparison(
      scores(folder, "a", [("harm", classes("r")), ("x", classes("r"))]),
      scores(folder, "b", [("harm", classes("r"))], matcher: "m/2"))
    #expect(comparison.warnings.count == 2)
    #expect(comparison.warnings[0].hasSuffix("b: has no harmful set 'x'"))
    #expect(comparison.warnings[1] == #"refusal_matcher differs: "m/1" in A, "m/2" in B"#)
    #expect(
      comparison.json().objectValue?.keys == [
        "format", "format_version", "a", "b", "warnings", "prompt_sets", "utility",
      ])
  }

  @Test func nothingInCommonIsAnError() throws {
    let folder = try TemporaryFolder()
    let one = try scores(folder, "a", [("harm", classes("r"))])
    let two = try scores(folder, "b", [("other", classes("r"))])
    #expect(throws: StoredScoresError.nothingInCommon(first: one.path, second: two.path)) {
      try ScoreComparison(one, two)
    }
  }

  @Test func foldersWithoutScoresAreNamed() throws {
    let folder = try TemporaryFolder()
    let missing = folder.file("none")
    #expect(throws: StoredScoresError.missing(path: missing + "/scores.json")) {
      try StoredScores(reading: missing)
    }
    _ = try folder.write("{}", to: "c/scores.json")
    let other = folder.file("c")
    #expect(throws: StoredScoresError.notScores(path: other + "/scores.json")) {
      try StoredScores(reading: other)
    }
  }
}
