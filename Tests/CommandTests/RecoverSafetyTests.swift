import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What `recover-safety` does with ranks, steps and subspaces that do not suit the example, and what
/// it says of them.
@Suite struct RecoverSafetyTests {
  private let scratch: TemporaryFolder
  /// Tokens 1 to 3 carry loss: no gradient has more than three components.
  private let examples: String

  init() throws {
    scratch = try TemporaryFolder()
    examples = try scratch.write(
      #"{"input_ids": [1, 5, 7, 9], "labels": [-100, 5, 7, 9]}"# + "\n", to: "examples.jsonl")
  }

  private func recover(
    _ flags: [String], model: String = Fixtures.llama, to output: String = "out"
  ) throws -> Executable.Outcome {
    try Executable(name: "recover-safety").run(
      [
        "--model", model, "--example", examples, "--output", scratch.file(output), "--threads", "1",
      ] + flags)
  }

  private func log(_ output: String = "out") throws -> JSONValue {
    try JSONValue(parsing: scratch.text("\(output)/recovery.json"))
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch.file(path)))
  }

  private func notes(_ outcome: Executable.Outcome) -> [String] {
    outcome.errorLines.filter { $0.hasPrefix("note: ") }
  }

  private func expectRefusal(_ outcome: Executable.Outcome, says words: String) {
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.last?.contains("examples.jsonl: ") == true)
    #expect(outcome.errorLines.last?.contains(words) == true, "\(outcome.standardError)")
    // Nothing was trained before.
    #expect(!outcome.standardError.contains("recovery: "))
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out")))
  }

  @Test(arguments: ["3", "16", "65536"])
  func complementOfEverythingIsRefused(_ rank: String) throws {
    let outcome = try recover(["--subspace", "complement", "--rank", rank, "--steps", "1"])
    expectRefusal(outcome, says: "at most 3 components in a module")
    #expect(outcome.standardError.contains("leaves out the first \(rank)"))
  }

  @Test(arguments: ["own", "complement"])
  func gradientOfZeroIsRefused(_ subspace: String) throws {
    let folder = try scratch.makeFolder("zero")
    for name in ["config.json", "model.safetensors"] {
      var data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.llama + "/" + name))
      if name == "model.safetensors" {
        let header = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        data = data.prefix(8 + header) + Data(count: data.count - 8 - header)
      }
      try data.write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    expectRefusal(
      try recover(["--subspace", subspace], model: folder),
      says: "the example's gradient is zero in every module")
  }

  @Test(arguments: ["1", "9223372036854775806", "9223372036854775807"])
  func indexPastTheFileIsWrongUsage(_ index: String) throws {
    let outcome = try recover(["--subspace", "own", "--index", index, "--quiet"])
    #expect(outcome.status == 64)
    #expect(outcome.standardError == "error: --index is '\(index)', allowed: 0 to 0\n")
  }

  @Test func seedsAndStepsMayBeAsLargeAsTheyLike() throws {
    let outcome = try recover([
      "--subspace", "random", "--seed", "9223372036854775807", "--steps", "1000000", "--stop-loss",
      "1e6", "--quiet",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput.contains("no steps"))
    #expect(try log().array("steps").isEmpty)
  }

  /// The rank of each tensor's adapter is what `adapter_config.json` says, by PEFT's rules.
  private func expectTrueRanks() throws {
    let weights = try bytes("out/adapter_model.safetensors")
    let length = weights.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONValue(parsing: Array(weights.dropFirst(8).prefix(length)))
    let config = try JSONValue(parsing: scratch.text("out/adapter_config.json"))
    let usual = try #require(config["r"]?.integerValue)
    var ranks: Set<Int> = []
    for member in header.objectValue?.members ?? [] where member.key.contains("lora_A") {
      let name = member.key.replacingOccurrences(of: "base_model.model.", with: "")
        .replacingOccurrences(of: ".lora_A.weight", with: "")
      let rank = try #require(try member.value.array("shape").first?.integerValue)
      #expect(config["rank_pattern"]?[name]?.integerValue ?? usual == rank, "\(name)")
      ranks.insert(rank)
    }
    let used = try #require(try log()["rank_used"])
    #expect(used["least"]?.integerValue == ranks.min())
    #expect(used["largest"]?.integerValue == ranks.max())
  }

  /// The own gradient has three components at most, random subspaces end at the smaller side of each
  /// weight.
  @Test(arguments: ["own", "random"])
  func rankBeyondTheComponentsIsSaid(_ subspace: String) throws {
    let outcome = try recover(["--subspace", subspace, "--rank", "100"])
    #expect(outcome.status == 0)
    #expect(notes(outcome).count == 1)
    #expect(outcome.standardError.contains("note: rank 100 is more than there are components in"))
    #expect(try log()["rank"]?.integerValue == 100)
    try expectTrueRanks()
    let quiet = try recover(["--subspace", subspace, "--rank", "100", "--quiet"], to: "quiet")
    #expect(quiet.standardError == "")
  }

  @Test func spectraOfSomeModulesAreSaid() throws {
    for (name, flags) in [
      (
        "compute-gradients",
        [
          "--model", Fixtures.llama, "--examples", examples, "--layers", "1", "--projections",
          "q_proj,down_proj", "--output", scratch.file("g.h5"),
        ]
      ), ("decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("s.h5")]),
    ] {
      #expect(try Executable(name: name).run(flags + ["--quiet"]).status == 0)
    }
    let outcome = try recover(["--subspace", scratch.file("s.h5"), "--rank", "2"])
    #expect(outcome.status == 0)
    let all = try #require(try log()["modules"]?["all"]?.integerValue)
    #expect(
      notes(outcome) == [
        "note: the spectra file has vectors in 2 of \(all) modules; the others stay as they are"
      ])
    #expect(try log()["modules"]?["moved"]?.integerValue == 2)
    try expectTrueRanks()
  }

  @Test func defaultsAreFourStepsOfRankSixteen() throws {
    #expect(try recover(["--subspace", "own"]).status == 0)
    let own = try log()
    #expect(own["rank"]?.integerValue == 16)
    #expect(own["step_size"]?.doubleValue == 0.02)
    #expect(own["learning_rate"]?.doubleValue == 0.00125)
    #expect(try own.array("steps").count == 4)
    #expect(try recover(["--subspace", "full"], to: "full").status == 0)
    let full = try log("full")
    for key in ["rank", "rank_used", "modules", "step_size"] {
      #expect(full[key]?.isNull == true)
    }
    #expect(full["learning_rate"]?.doubleValue == 2e-5)
  }

  /// A first step of AdamW is as long as asked for in each module.
  ///
  /// It moves each entry of an r x r core by the learning rate; in all modules together the norm is
  /// the square root of their number times that. Entries of a gradient that are near AdamW's epsilon,
  /// 1e-8, move less.
  @Test(arguments: ["1", "2", "5"])
  func stepSizeIsTheLengthOfAFirstStep(_ rank: String) throws {
    let outcome = try recover([
      "--subspace", "random", "--rank", rank, "--steps", "1", "--step-size", "0.02", "--quiet",
    ])
    #expect(outcome.status == 0)
    let step = try #require(try log().array("steps").first)
    let moved = try #require(try log()["modules"]?["moved"]?.integerValue)
    let norm = try #require(step["update_norm"]?.doubleValue)
    #expect(abs(norm - 0.02 * Double(moved).squareRoot()) < 1e-3 * norm)
  }

  /// The quotient is the number that a shell computes of it and hands to `--learning-rate`.
  @Test(arguments: [("1", "0.02"), ("4", "0.005"), ("16", "0.00125")])
  func stepSizeIsTheRateOverTheRank(_ rank: String, _ rate: String) throws {
    let flags = ["--subspace", "own", "--rank", rank, "--steps", "2", "--quiet"]
    #expect(try recover(flags + ["--step-size", "0.02"]).status == 0)
    #expect(try recover(flags + ["--learning-rate", rate], to: "rate").status == 0)
    let name = "adapter_model.safetensors"
    #expect(try bytes("out/\(name)") == bytes("rate/\(name)"))
    #expect(try log()["learning_rate"]?.doubleValue == Double(rate))
    #expect(try log("rate")["step_size"]?.isNull == true)
  }

  /// The progress names the loss before a step, the result the one after the last.
  @Test func lossesAreNamed() throws {
    let outcome = try recover(["--subspace", "own", "--steps", "1"])
    #expect(outcome.standardError.contains("loss before the last step "))
    let final = try #require(try log()["final_loss"]?.doubleValue)
    let first = try #require(try log().array("steps").first?["loss"]?.doubleValue)
    func rounded(_ loss: Double) -> Double { (loss * 10_000).rounded() / 10_000 }
    #expect(
      outcome.standardOutput
        == "\(scratch.file("out")): 1 step, loss \(rounded(final)) nats, from \(rounded(first)) "
        + "before them\n")
  }
}
