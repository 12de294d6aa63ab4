import OrderedJSON
import TestSupport
import Testing

/// The command once: its files, its exit codes, and golden bytes.
@Suite struct ReportClaimsTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private static let safe = answers(("c", 5), ("r", 95))

  private func writeResults() throws {
    let folder = try ResultsFolder(in: scratch)
    try folder.evaluate(
      .initial, harmful: [("harmful", Self.safe)], benign: answers(("r", 10), ("c", 90)),
      losses: [1, 2, 3])
    for seed in 1...2 {
      let attack = try folder.attack(seed: seed)
      try folder.evaluate(
        .attacked(attack), harmful: [("harmful", answers(("c", 100)))],
        benign: answers(("c", 100)), losses: [1.5, 2.5, 3.5])
      let recovery = try folder.recover(attack)
      try folder.evaluate(
        .recovered(recovery), harmful: [("harmful", Self.safe)],
        benign: answers(("r", 10), ("c", 90)), losses: [1.5, 2.5, 3.5])
    }
  }

  private func run(_ arguments: String) throws -> Executable.Outcome {
    try Executable(name: "report-claims", environment: ["SOURCE_DATE_EPOCH": "1700000000"])
      .runInShell("cd '\(scratch.path)' && \"$0\" \(arguments)")
  }

  @Test func filesAreWholeAndGolden() throws {
    try writeResults()
    let outcome = try run("results --output card")
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardOutput.hasPrefix("C0  reproduced: The attack worked\nC1  reproduced:"))
    #expect(outcome.standardOutput.hasSuffix("\ncard\n"))
    #expect(
      try scratch.contents(of: "card") == ["claims.json", "claims.md", "figures", "report.html"])
    let json = try scratch.text("card/claims.json")
    #expect(json == (try Fixtures.text("claims/claims.json")))
    #expect(try scratch.text("card/claims.md") == (try Fixtures.text("claims/claims.md")))
    let page = try scratch.text("card/report.html")
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    // Nothing is fetched, and every figure has its numbers beside it.
    #expect(!page.contains("http://") && !page.contains("https://"))
    let tables = try scratch.contents(of: "card/figures")
    #expect(tables.contains("plane.csv"))
    for table in tables { #expect(page.contains("href=\"figures/\(table)\"")) }
    for text in [json, try scratch.text("card/claims.md"), page] {
      #expect(!text.contains(ResultsFolder.secret))
    }
    // What is there stays, and is replaced on demand.
    #expect(try run("results --output card").status == 73)
    #expect(try run("results --output card --force --quiet --json").status == 0)
    #expect(try scratch.contents() == ["card", "results"])
  }

  @Test func anotherSeedOfTheResampling() throws {
    try writeResults()
    let shown = try JSONValue(
      parsing: run("results --output card --seed 5 --json").standardOutput)
    #expect(shown["seed"]?.integerValue == 5)
    #expect(try #require(shown["rule"]?.stringValue).contains("seed 5"))
    let verdicts = try #require(shown["claims"]?.arrayValue).prefix(3)
      .compactMap { $0["verdict"]?.stringValue }
    #expect(verdicts == ["reproduced", "reproduced", "reproduced"])
  }

  @Test func exitCodes() throws {
    let none = try run("none --output card")
    #expect(none.status == 66 && none.errorLines == ["error: none: no such file or folder"])
    _ = try scratch.makeFolder("empty/cells")
    let empty = try run("empty --output card")
    #expect(empty.status == 65 && empty.errorLines.count == 1)
    #expect(empty.standardError.contains("empty: has no finished cell"))
    #expect(try run("--output card").status == 64)
    #expect(try run("results").status == 64)
    #expect(try run("'' --output card").status == 64)
    #expect(try scratch.contents() == ["empty"])
  }

  /// A damaged cell is a note, and the rest is judged.
  @Test func damagedCellsAreNotes() throws {
    try writeResults()
    try scratch.write("{", to: "results/cells/attack/damaged/cell.json")
    let outcome = try run("results --output card")
    #expect(outcome.status == 0)
    #expect(
      outcome.errorLines == [
        "note: results/cells/attack/damaged is left out: it has no whole cell.json"
      ])
    #expect(try scratch.text("card/claims.md").contains("- results/cells/attack/damaged"))
  }
}
