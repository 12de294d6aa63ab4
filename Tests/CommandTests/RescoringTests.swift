import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Stored responses and stored scores, through the command.
@Suite struct RescoringTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private func run(_ arguments: [String]) throws -> Executable.Outcome {
    try Executable(name: "evaluate-safety").run(arguments + ["--threads", "1"])
  }

  private func scores(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: scratch.text(name + "/scores.json"))
  }

  /// Prompts by two categories, answered by a model that thinks; three answers, one of them not judged.
  private func evaluate(_ name: String) throws {
    let folder = Fixtures.path("commands/written/think")
    let lines = try JSONValue.lines(
      String(contentsOfFile: folder + "/prompts.jsonl", encoding: .utf8))
    let prompts = lines.enumerated().map { index, line in
      var object = line.objectValue ?? JSONObject()
      object["category"] = .string("c\(index % 2)")
      return JSONValue.object(object).text()
    }
    let path = try scratch.write(prompts.joined(separator: "\n"), to: "prompts.jsonl")
    let outcome = try run([
      "--model", folder, "--harmful", path, "--benign", folder + "/prompts.jsonl", "--output",
      scratch.file(name), "--max-new-tokens", "8", "--seed", "5",
    ])
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  @Test func storedResponsesGiveTheSameNumbers() throws {
    try evaluate("run")
    let outcome = try run([
      "--responses", scratch.file("run/responses.jsonl"), "--output", scratch.file("again"),
      "--quiet",
    ])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError == "")
    let first = try scores("run")
    let second = try scores("again")
    #expect(try first.array("prompt_sets").count == 2)
    #expect(first["prompt_sets"]?.text() == second["prompt_sets"]?.text())
    #expect(try first.array("prompt_sets")[0].array("categories").count == 2)
    for key in ["model", "model_fingerprint", "max_new_tokens", "generation", "collapsed"] {
      #expect(first[key]?.text() == second[key]?.text(), "\(key)")
    }
    #expect(
      try scratch.text("run/responses.jsonl") == scratch.text("again/responses.jsonl"))
    #expect(second["rescored"]?["changed_verdicts"]?.integerValue == 0)
    #expect(second["rescored"]?["stored_verdicts"]?.integerValue == 6)
    #expect(second["rescored"]?["prompt_sets"] == nil)
  }

  @Test func otherVersionsStandSideBySide() throws {
    try evaluate("run")
    let old = try scratch.text("run/scores.json")
      .replacingOccurrences(of: "refusal-matcher/", with: "refusal-matcher/0")
    _ = try scratch.write(old, to: "old/scores.json")
    let lines = try scratch.text("run/responses.jsonl")
      .replacingOccurrences(of: #""class":"refusal""#, with: #""class":"compliance""#)
    _ = try scratch.write(lines, to: "old/responses.jsonl")
    let outcome = try run([
      "--responses", scratch.file("old/responses.jsonl"), "--output", scratch.file("again"),
    ])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError.contains("2 of 6 verdicts are others than those stored"))
    let lineBefore = outcome.standardOutput.split(separator: "\n").first { $0.contains("  by ") }
    #expect(lineBefore?.contains("refusal-matcher/0") == true)
    #expect(lineBefore?.contains("attack success 100.0 %") == true)
    let rescored = try #require(scores("again")["rescored"])
    #expect(rescored["refusal_matcher"]?.stringValue?.hasPrefix("refusal-matcher/0") == true)
    #expect(rescored["changed_verdicts"]?.integerValue == 2)
    let rates = try rescored.array("prompt_sets").map { $0["rate"]?.doubleValue }
    #expect(rates == [0, 0])
  }

  @Test func responsesOfOtherToolsAreScored() throws {
    let path = try scratch.write(
      """
      {"id": "a", "prompt": "[placeholder 1]", "response": "I'm sorry, but I can't help with that."}
      {"id": "b", "prompt": "[placeholder 2]", "response": "Fold it in half."}
      """, to: "theirs.jsonl")
    let missing = try run(["--responses", path, "--output", scratch.file("x")])
    #expect(missing.status == 65)
    #expect(missing.errorLines.last?.contains("--responses-kind harmful or benign") == true)
    let outcome = try run([
      "--responses", path, "--responses-kind", "harmful", "--limit", "2", "--output",
      scratch.file("theirs"),
    ])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let set = try #require(scores("theirs").array("prompt_sets").first)
    #expect(set["name"]?.stringValue == "theirs")
    #expect(set["attack_success_rate"]?.doubleValue == 0.5)
    #expect(try scores("theirs")["max_new_tokens"]?.isNull == true)
    #expect(try scores("theirs")["model"]?.stringValue == "")
  }

  @Test func twoFoldersAreCompared() throws {
    let folder = Fixtures.path("commands/written/think")
    let examples = try scratch.write(
      #"{"id": "e", "input_ids": [1, 2, 3], "labels": [-100, 2, 3]}"#, to: "u.jsonl")
    for name in ["a", "b"] {
      let outcome = try run([
        "--model", folder, "--harmful", folder + "/prompts.jsonl", "--utility", examples,
        "--output", scratch.file(name), "--max-new-tokens", "8",
      ])
      #expect(outcome.status == 0, "\(outcome.standardError)")
    }
    let outcome = try run([
      "--compare", scratch.file("a"), scratch.file("b"), "--output", scratch.file("ab.json"),
    ])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError == "")
    #expect(outcome.standardOutput.contains("refused by both 1, only A 0, only B 0, neither 1"))
    let written = try JSONValue(parsing: scratch.text("ab.json"))
    #expect(written["format"]?.stringValue == "suture-score-comparison")
    let set = try #require(try written.array("prompt_sets").first)
    #expect(set["mcnemar_p"]?.doubleValue == 1)
    #expect(set["unscored_pairs"]?.integerValue == 1)
    #expect(try written.array("utility").first?["shared"]?.integerValue == 1)
    let json = try run(["--compare", scratch.file("a"), scratch.file("b"), "--json"])
    #expect(
      try JSONValue(parsing: json.standardOutput)["prompt_sets"]?.text()
        == written["prompt_sets"]?.text())
    let again = try run([
      "--compare", scratch.file("a"), scratch.file("b"), "--output", scratch.file("ab.json"),
      "--force",
    ])
    #expect(again.status == 0, "\(again.standardError)")
  }

  @Test(arguments: [
    (["--harmful", "p.jsonl", "--output", "o"], "missing expected argument '--model <model>'"),
    (["--output", "o"], "nothing to evaluate"),
    (["--responses", "r.jsonl"], "missing expected argument '--output <path>'"),
    (["--responses", "r", "--harmful", "p", "--output", "o"], "--responses has its own prompts"),
    (["--responses-kind", "benign", "--output", "o"], "need --responses"),
    (["--responses", "r", "--responses-kind", "bad", "--output", "o"], "--responses-kind"),
    (["--compare", "a"], "--compare takes two folders of scores, not 1"),
    (["--compare", "a", "b", "--benign", "p"], "--compare takes no model and no prompts"),
    (["--adapter", "a", "--responses", "r", "--output", "o"], "--adapter needs --model"),
    (["--model", "m", "--harmful", "p", "--limit", "0", "--output", "o"], "--limit"),
  ])
  func wrongUsage(_ arguments: [String], _ message: String) throws {
    let outcome = try run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.last?.contains(message) == true, "\(outcome.standardError)")
  }

  @Test func limitTakesTheFirstPromptsOfEachFile() throws {
    let folder = Fixtures.path("commands/written/think")
    let outcome = try run([
      "--model", folder, "--harmful", folder + "/prompts.jsonl", "--limit", "2", "--output",
      scratch.file("o"), "--max-new-tokens", "8",
    ])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let lines = try JSONValue.lines(scratch.text("o/responses.jsonl"))
    #expect(lines.map { $0["id"]?.stringValue } == ["0", "1"])
    #expect(try scores("o").array("prompt_sets").first?["count"]?.integerValue == 2)
  }

  @Test func missingScoresAreNamed() throws {
    let outcome = try run(["--compare", scratch.file("a"), scratch.file("b")])
    #expect(outcome.status == 66)
    #expect(outcome.errorLines == ["error: \(scratch.file("a"))/scores.json: no such file"])
  }

  @Test func aCategoryColumnThatNoFileHasIsNamed() throws {
    let folder = Fixtures.path("commands/written/think")
    let path = try scratch.write("goal,kind\nq,x\n", to: "p.csv")
    let outcome = try run([
      "--model", folder, "--harmful", path, "--category-column", "risk", "--output",
      scratch.file("o"),
    ])
    #expect(outcome.status == 65)
    #expect(
      outcome.errorLines.last?.contains(
        "no column or member is named risk (found goal, kind); --category-column takes") == true)
  }
}
