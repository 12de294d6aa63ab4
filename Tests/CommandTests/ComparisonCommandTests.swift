import Foundation
import OrderedJSON
import TestSupport
import Testing

/// `compare-subspaces`, and the spectra of adapters, through the commands.
@Suite struct ComparisonCommandTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private func run(_ name: String, _ arguments: [String]) throws -> Executable.Outcome {
    let outcome = try Executable(name: name).run(arguments + ["--quiet", "--threads", "2"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    return outcome
  }

  private func writeGradients(_ controls: [String] = []) throws {
    let lines = try Fixtures.json("models/llama/expected.json").array("examples").map { example in
      let object: JSONValue = [
        "input_ids": .array(try example.array("input_ids")),
        "labels": .array(try example.array("labels")),
      ]
      return object.text() + "\n"
    }
    let examples = try scratch.write(lines.joined(), to: "examples.jsonl")
    _ = try run(
      "compute-gradients",
      [
        "--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("g.h5"),
      ] + controls)
  }

  @Test func tableFileAndExports() throws {
    try writeGradients(["--control", "random-labels"])
    let arguments = [scratch.file("g.h5"), "--rank", "4,1", "--output", scratch.file("c.h5")]
    let shown = try run("compare-subspaces", arguments)
    let lines = shown.standardOutput.split(separator: "\n")
    #expect(lines[0].hasPrefix("example with example, pairs: 3, cosine of all modules: "))
    #expect(lines[1].contains("U at 4") && lines[1].contains("chance"))
    #expect(lines.contains { $0.hasPrefix("  down_proj ") })
    #expect(lines.contains { $0.hasPrefix("example with its random-labels, pairs: 3") })
    let again = try Executable(name: "compare-subspaces").run(arguments)
    #expect(again.status == 73 && again.errorLines.count == 1)
    let json = try JSONValue(
      parsing: run("compare-subspaces", [scratch.file("g.h5"), "--json"]).standardOutput)
    let sections = try json.array("comparisons")
    #expect(sections.count == 6)
    #expect(try sections[0].array("projections").count == 7)
    for (format, output) in [
      ("csv", "c.csv"), ("json", "c.json"), ("npz", "c.npz"), ("vega-lite", "c.vl.json"),
    ] {
      _ = try run(
        "export-spectra",
        [scratch.file("c.h5"), "--format", format, "--output", scratch.file(output)])
    }
    #expect(
      try Python.run("compare_exports.py", [scratch.file("c.h5"), scratch.file("c")]) == 0)
    let header = try #require(scratch.text("c.csv").split(separator: "\n").first)
    #expect(header.contains("pair") && header.contains("module") && header.contains("rank"))
    #expect(try scratch.text("c.json").contains("suture-comparison"))
  }

  @Test(arguments: ["plain", "rslora", "patterns"])
  func spectraOfAdaptersAreThoseOfPEFT(_ name: String) throws {
    let adapter = Fixtures.path("adapters/\(name)")
    _ = try run("decompose-gradients", [adapter, "--output", scratch.file("s.h5")])
    #expect(
      try Python.run("adapter_spectra.py", [Fixtures.llama, adapter, scratch.file("s.h5")]) == 0)
    // One adapter is one example; two files are compared, with cosines since all components are there.
    let shown = try run(
      "compare-subspaces", [scratch.file("s.h5"), scratch.file("s.h5"), "--rank", "1", "--json"])
    let section = try JSONValue(parsing: shown.standardOutput).array("comparisons")[0]
    #expect(section["relation"]?.stringValue == "the same example in both")
    let cosine = try #require(section["cosine_all"]?["mean"]?.doubleValue)
    #expect(abs(cosine - 1) < 1e-6)
  }

  /// A fine-tuned model's weights minus those it had: formed, by block Krylov.
  @Test func theDifferenceOfTwoModels() throws {
    try writeGradients()
    _ = try run(
      "fine-tune",
      [
        "--model", Fixtures.llama, "--examples", scratch.file("examples.jsonl"), "--method", "full",
        "--epochs", "3", "--learning-rate", "1e-3", "--save", "merged", "--output",
        scratch.file("tuned"),
      ])
    try expectDifference([scratch.file("tuned")])
  }

  /// An adapter on the same model: exact through its factors.
  @Test func theDifferenceByAnAdapter() throws {
    try writeGradients()
    try expectDifference([Fixtures.llama, Fixtures.path("adapters/rslora")])
  }

  private func expectDifference(_ model: [String]) throws {
    let adapter = model.count > 1 ? ["--adapter", model[1]] : []
    let shown = try run(
      "compare-subspaces",
      [
        scratch.file("g.h5"), "--model", model[0], "--difference", Fixtures.llama, "--rank",
        "1,2,4",
        "--output", scratch.file("c.h5"),
      ] + adapter)
    #expect(shown.standardOutput.hasPrefix("example with the difference, pairs: 3"))
    #expect(
      try Python.run(
        "compare_subspaces.py",
        ["difference", scratch.file("g.h5"), scratch.file("c.h5")] + model + [Fixtures.llama]) == 0)
  }

  @Test func wrongInputsAreNamed() throws {
    let none = try Executable(name: "compare-subspaces").run([scratch.file("none.h5")])
    #expect(none.status == 66 && none.errorLines.count == 1)
    let text = try scratch.write("not HDF5", to: "text.h5")
    #expect(try Executable(name: "compare-subspaces").run([text]).status == 65)
    let empty = try scratch.makeFolder("empty")
    let adapter = try Executable(name: "decompose-gradients").run(
      [empty, "--output", scratch.file("s.h5")])
    #expect(adapter.status == 66 && adapter.standardError.contains("adapter_config.json"))
    for flags in [
      ["--rank", "0"], ["--rank", "1,x"], ["--limit", "0"], ["--force"], ["--model", "m"],
      ["--difference", "m"], ["--adapter", "a"], ["other.h5", "--model", "m", "--difference", "d"],
    ] {
      #expect(try Executable(name: "compare-subspaces").run([text] + flags).status == 64)
    }
    for flags in [["--model", "m", "--difference", "d"], ["--difference", "d"], []] {
      let outcome = try Executable(name: "compare-subspaces").run(flags)
      #expect(outcome.status == 64 && outcome.errorLines.count == 1)
      #expect(outcome.standardError.contains("missing expected argument '<file>'"))
      #expect(outcome.standardError.contains("compared with gradients") == !flags.isEmpty)
    }
  }
}
