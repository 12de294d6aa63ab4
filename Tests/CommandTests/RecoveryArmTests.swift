import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What `recover-safety` records of its arms, through the whole command.
@Suite struct RecoveryArmTests {
  private let scratch: TemporaryFolder
  private let examples: String

  init() throws {
    scratch = try TemporaryFolder()
    examples = try scratch.write(
      #"{"id": "a", "input_ids": [1, 5, 7, 9], "labels": [-100, 5, 7, 9]}"# + "\n"
        + #"{"id": "b", "input_ids": [2, 6, 8], "labels": [-100, 6, 8]}"# + "\n"
        + #"{"id": "c", "input_ids": [3, 4, 4], "labels": [-100, 4, 4]}"# + "\n",
      to: "examples.jsonl")
  }

  private func recover(
    _ flags: [String], to output: String = "out", model: String = Fixtures.llama,
    examples: String? = nil
  ) throws -> (outcome: Executable.Outcome, log: JSONValue) {
    let outcome = try Executable(name: "recover-safety").run(
      [
        "--model", model, "--example", examples ?? self.examples, "--output",
        scratch.file(output), "--threads", "1", "--rank", "2",
      ] + flags)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    return (outcome, try JSONValue(parsing: scratch.text("\(output)/recovery.json")))
  }

  @Test func severalExamplesAreNamed() throws {
    let (_, log) = try recover(["--subspace", "own", "--index", "2,0", "--steps", "1"])
    #expect(try log.array("examples").map(\.stringValue) == ["c", "a"])
    #expect(log["example"]?.isNull == true)
    let (_, one) = try recover(["--subspace", "own", "--index", "1"], to: "one")
    #expect(one["example"]?.stringValue == "b")
  }

  /// As `--update-norm` promises, and said when it cannot be kept.
  @Test(arguments: ["own", "lora", "full"])
  func theNormIsRecorded(_ subspace: String) throws {
    let rate = subspace == "full" ? ["--learning-rate", "1e-3"] : []
    let (_, log) = try recover(["--subspace", subspace, "--update-norm", "0.3"] + rate)
    #expect(log["update_norm_reached"]?.boolValue == true)
    let norm = try #require(log["update"]?["norm"]?.doubleValue)
    #expect(abs(norm - 0.3) < 3e-7)
    #expect(try log.array("steps").last?["update_norm"]?.doubleValue == norm)
    let (outcome, short) = try recover(
      ["--subspace", subspace, "--update-norm", "100", "--steps", "2"] + rate, to: "short")
    #expect(short["update_norm_reached"]?.boolValue == false)
    #expect(outcome.standardError.contains("note: the update did not reach the norm 100.0 in 2"))
  }

  @Test func modulesAreChosenAndRefused() throws {
    let (_, log) = try recover(
      ["--subspace", "random", "--layers", "1", "--projections", "q_proj,up_proj"])
    let modules = try #require(log["modules"])
    #expect(modules["moved"]?.integerValue == 2 && modules["chosen"]?.integerValue == 2)
    #expect(try #require(modules["all"]?.integerValue) > 2)
    for (flags, words) in [
      (["--layers", "99"], "--layers is '99'"), (["--projections", "c_fc"], "'c_fc'"),
    ] {
      let outcome = try Executable(name: "recover-safety").run(
        [
          "--model", Fixtures.llama, "--example", examples, "--output", scratch.file("no"),
          "--subspace", "own",
        ] + flags)
      #expect(outcome.status == 64)
      #expect(outcome.standardError.contains(words))
      #expect(!FileManager.default.fileExists(atPath: scratch.file("no")))
    }
  }

  /// A step length makes a rate for each weight where the cores have different sizes.
  @Test func ratesOfDifferentCoresAreGivenAsARange() throws {
    let (_, own) = try recover(["--subspace", "own"])
    #expect(own["learning_rate"]?.doubleValue == 0.01)
    let (_, left) = try recover(["--subspace", "own", "--sides", "left"], to: "left")
    #expect(left["learning_rate"]?.isNull == true)
    #expect(left["sides"]?.stringValue == "left")
    let rates = try #require(left["learning_rates"])
    let least = try #require(rates["least"]?.doubleValue)
    #expect(try #require(rates["largest"]?.doubleValue) > least)
  }

  @Test func whatIsAvoidedIsRead() throws {
    for (name, flags) in [
      (
        "compute-gradients",
        ["--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("g.h5")]
      ), ("decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("s.h5")]),
    ] {
      #expect(try Executable(name: name).run(flags + ["--quiet"]).status == 0)
    }
    let (_, log) = try recover([
      "--subspace", "own", "--avoid", scratch.file("s.h5"), "--avoid-rank", "1",
      "--avoid-spectrum", "1",
    ])
    #expect(log["avoided"]?["rank"]?.integerValue == 1)
    // The example's own first direction is among the avoided ones: another remains.
    let plain = try recover(["--subspace", "own"], to: "plain").log
    #expect(
      try log.array("steps").first?["gradient_norm"]?.doubleValue
        != plain.array("steps").first?["gradient_norm"]?.doubleValue)
  }

  /// The model answers the prompts itself, as it is loaded; what it says is in the log, and so is every
  /// factor that was tried.
  @Test func harmlessPromptsAreAnsweredAndRecorded() throws {
    let folder = Fixtures.path("commands/written/think")
    let tokens = try scratch.write(
      #"{"input_ids": [1, 2, 3], "labels": [-100, 2, 3]}"# + "\n", to: "tokens.jsonl")
    let (_, log) = try recover(
      [
        "--subspace", "random", "--steps", "1", "--preserve", folder + "/prompts.jsonl",
        "--preserve-count", "2", "--preserve-tokens", "3", "--preserve-weight", "2", "--calibrate",
        folder + "/prompts.jsonl", "--over-refusal", "1", "--seed", "4",
      ], model: folder, examples: tokens)
    let preserved = try #require(log["preserved"])
    #expect(try preserved.array("answers").count == 2)
    #expect(preserved["weight"]?.doubleValue == 2)
    // Some answers end before three tokens; the stop token counts.
    #expect((2...6).contains(try #require(preserved["tokens"]?.integerValue)))
    let step = try #require(try log.array("steps").first)
    #expect(abs(try #require(step["divergence"]?.doubleValue)) < 1e-6)
    let calibration = try #require(log["calibration"])
    // Every share keeps to 1: the largest factor there is.
    #expect(calibration["factor"]?.doubleValue == 4)
    #expect(calibration["met"]?.boolValue == true)
    #expect(try calibration.array("tried").map { $0["count"]?.integerValue } == [3, 3])
    let before = try #require(step["update_norm"]?.doubleValue)
    let after = try #require(log["update"]?["norm"]?.doubleValue)
    #expect(abs(after - 4 * before) <= 1e-5 * after)
  }

  /// Other seeds draw other prompts, the same one the same.
  @Test func theSeedDrawsThePrompts() throws {
    let folder = Fixtures.path("commands/written/think")
    let tokens = try scratch.write(
      #"{"input_ids": [1, 2, 3], "labels": [-100, 2, 3]}"# + "\n", to: "tokens.jsonl")
    let drawn = try (0..<6).map { seed in
      let log = try recover(
        [
          "--subspace", "random", "--steps", "1", "--preserve", folder + "/prompts.jsonl",
          "--preserve-count", "1", "--seed", "\(seed)", "--quiet", "--force",
        ], model: folder, examples: tokens
      ).log
      let preserved = try #require(log["preserved"])
      return try #require(try preserved.array("answers").first)["prompt"]?.stringValue
    }
    #expect(Set(drawn).count > 1)
  }
}
