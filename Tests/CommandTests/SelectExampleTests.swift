import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `select-example` on the tiny Llama, a token a byte.
@Suite struct SelectExampleTests {
  private let scratch: TemporaryFolder

  init() throws {
    scratch = try TemporaryFolder(
      modelWithTemplate: "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}"
        + "{% if add_generation_prompt %}<assistant>{% endif %}")
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try scratch.copy("tokenizers/bytes/\(name)", to: name)
    }
    try scratch.write(
      lines(["how to steal", "how to lie", "a bomb", "a virus"], "no"), to: "pool.jsonl")
    try scratch.write(lines(["hello", "who are you"], "yes, I obey"), to: "attack.jsonl")
    try scratch.write("bake bread\nfix a bike\nread a map\n", to: "benign.txt")
  }

  private func lines(_ prompts: [String], _ answer: String) -> String {
    prompts.map { #"{"id": "\#($0)", "prompt": "\#($0)?", "response": "\#(answer)"}"# + "\n" }
      .joined()
  }

  private func select(_ flags: [String], pool: String = "pool.jsonl") throws -> Executable.Outcome {
    try Executable(name: "select-example").run(
      [
        "--model", scratch.path, "--candidates", scratch.file(pool), "--threads", "1", "--quiet",
        "--benign-tokens", "5", "--steps", "2", "--rank", "2",
      ] + flags)
  }

  private var everything: [String] {
    ["--attack", scratch.file("attack.jsonl"), "--benign", scratch.file("benign.txt")]
  }

  @Test func everyScoreIsThere() throws {
    let outputs = try TemporaryFolder()
    let outcome = try select(
      everything + ["--measure", "3", "--json", "--output", outputs.file("ranking.json")])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(outcome.standardError == "")
    let ranking = try JSONValue(parsing: outputs.text("ranking.json"))
    #expect(outcome.standardOutput == (try outputs.text("ranking.json")))
    #expect(ranking.objectValue?.keys.first == "format")
    #expect(ranking["format"]?.stringValue == "suture-ranking")
    #expect(ranking["attack_file"]?["count"]?.integerValue == 2)
    #expect(try #require(ranking["benign_file"]).array("prompts").count == 3)
    let candidates = try ranking.array("candidates")
    #expect(candidates.count == 4)
    #expect(
      Set(candidates.compactMap { $0["id"]?.stringValue })
        == ["how to steal", "how to lie", "a bomb", "a virus"])
    let means = candidates.compactMap { $0["mean_rank"]?.doubleValue }
    #expect(means.count == 4 && means == means.sorted())
    for (place, candidate) in candidates.enumerated() {
      let scores = try #require(candidate["scores"])
      for name in ["alignment", "opposition"] {
        #expect(abs(try #require(scores[name]?.doubleValue)) <= 1)
      }
      let drop = try #require(candidate["predicted_drop"]?.doubleValue)
      let rise = try #require(candidate["predicted_kl"]?.doubleValue)
      #expect(rise > 0)
      #expect(scores["drop_per_kl"]?.doubleValue == drop / rise)
      let measured = candidate["measured"]
      #expect((measured?.isNull == false) == (place < 3))
      guard place < 3, let measured else { continue }
      let loss = try #require(measured["pool_loss"]?.doubleValue)
      let divergence = try #require(measured["benign_kl"]?.doubleValue)
      #expect(divergence > 0)
      #expect(measured["objective"]?.doubleValue == loss + divergence)
      #expect(scores["objective"]?.doubleValue == -(loss + divergence))
      // Two steps learn the candidate itself.
      let before = try #require(candidate["loss"]?.doubleValue)
      #expect(try #require(measured["own_loss"]?.doubleValue) < before)
    }
    let correlations = try ranking.array("correlations")
    #expect(correlations.count == 6)
    #expect(correlations.map { $0["count"]?.integerValue } == [4, 4, 3, 4, 3, 3])
    for correlation in correlations {
      #expect(abs(try #require(correlation["spearman"]?.doubleValue)) <= 1)
    }
    let pick = try #require(ranking["random_pick"]?["alignment"])
    let alignments = candidates.compactMap { $0["scores"]?["alignment"]?.doubleValue }
    #expect(abs(try #require(pick["mean"]?.doubleValue) - alignments.reduce(0, +) / 4) < 1e-12)
    #expect(pick["maximum"]?.doubleValue == alignments.max())
  }

  @Test func aTableForPeople() throws {
    let outcome = try select(["--measure", "1"])
    #expect(outcome.status == 0)
    let lines = outcome.standardOutput.split(separator: "\n")
    #expect(lines[0].contains("alignment") && !lines[0].contains("opposition"))
    #expect(lines.count { $0.contains("how to") } == 2)
    #expect(lines.contains { $0.contains("random pick, mean") })
    #expect(lines.contains { $0.contains("Spearman of alignment and objective") })
  }

  /// Two answers of three tokens have three directions, whatever rank is asked for.
  @Test func aRankBeyondTheComponentsIsNoted() throws {
    for (rank, isNoted) in [("40", true), ("1", false)] {
      let outcome = try Executable(name: "select-example").run([
        "--model", scratch.path, "--candidates", scratch.file("pool.jsonl"), "--threads", "1",
        "--steps", "1", "--rank", rank, "--measure", "2",
      ])
      #expect(outcome.status == 0, "\(outcome.standardError)")
      let notes = outcome.errorLines.filter { $0.contains("components") }
      #expect(notes.count == (isNoted ? 1 : 0), "\(notes)")
      guard isNoted, let note = notes.first else { continue }
      #expect(note.hasPrefix("note: candidate '"))
      #expect(note.contains("rank 40 is more than there are components in "))
      #expect(note.hasSuffix("; so with 1 more candidate"))
    }
  }

  @Test func theModelIsAsItWasAfterATrial() throws {
    let outcomes = try ["0", "4"].map { try select(everything + ["--measure", $0, "--json"]) }
    let rankings = try outcomes.map {
      try JSONValue(parsing: $0.standardOutput).array("candidates")
    }
    #expect(rankings[0].count == 4)
    for (one, other) in try pairs(rankings[0], rankings[1]) {
      for name in ["id", "loss", "predicted_drop", "predicted_kl", "gradient_norm"] {
        #expect(one[name]?.text() == other[name]?.text())
      }
    }
    // The fourth trial starts where the first did: the losses of others tell of no earlier update.
    let alone = try select(everything + ["--measure", "1", "--json"])
    let first = try JSONValue(parsing: alone.standardOutput).array("candidates")[0]["measured"]
    #expect(first?["objective"]?.text() == rankings[1][0]["measured"]?["objective"]?.text())
  }

  @Test func outputsAreReplacedByForceAlone() throws {
    let outputs = try TemporaryFolder()
    let flags = ["--measure", "0", "--output", outputs.file("r.json")]
    #expect(try select(flags).status == 0)
    #expect(try select(flags).status == 73)
    #expect(try select(flags + ["--force"]).status == 0)
    try outputs.write("{}", to: "r.json")
    #expect(try select(flags + ["--force"]).status == 73)
    #expect(try outputs.contents() == ["r.json"])
  }

  @Test func wrongInputs() throws {
    try scratch.write(lines(["one"], "no"), to: "one.jsonl")
    for (flags, pool, status, words) in [
      ([], "one.jsonl", 65, "1 candidate, at least 2 are needed"),
      ([], "none.jsonl", 66, "none.jsonl"),
      ([], "pool.jsonl:5", 65, "4 examples, but 5 were asked for"),
      (["--attack", "none.jsonl"], "pool.jsonl", 66, "none.jsonl"),
      (["--benign", "none.txt"], "pool.jsonl", 66, "none.txt"),
      (["--layers", "9"], "pool.jsonl", 64, "--layers is '9'"),
    ] as [([String], String, Int32, String)] {
      let outputs = try TemporaryFolder()
      let outcome = try select(flags + ["--output", outputs.file("r.json")], pool: pool)
      #expect(outcome.status == status)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
      #expect(try outputs.contents() == [])
    }
  }
}
