import Foundation
import OrderedJSON
import TestSupport
import Testing

/// The tiny Llama's three examples with what PyTorch computed for them.
private struct Oracle {
  let examples: [JSONValue]

  init() throws { examples = try Fixtures.json("models/llama/expected.json").array("examples") }

  var losses: [Double] {
    get throws { try examples.map { try #require($0["loss"]?.doubleValue) } }
  }

  func write(to folder: TemporaryFolder) throws -> String {
    let lines = try examples.map { example in
      let object: JSONValue = [
        "input_ids": .array(try example.array("input_ids")),
        "labels": .array(try example.array("labels")),
      ]
      return object.text() + "\n"
    }
    return try folder.write(lines.joined(), to: "examples.jsonl")
  }
}

private func run(_ name: String, _ arguments: [String]) throws -> Executable.Outcome {
  let outcome = try Executable(name: name).run(arguments + ["--quiet", "--threads", "1"])
  #expect(outcome.standardError == "")
  #expect(outcome.status == 0)
  return outcome
}

@Test func lossesAndSingularValuesAreThoseOfPyTorch() throws {
  let scratch = try TemporaryFolder()
  let oracle = try Oracle()
  let examples = try oracle.write(to: scratch)
  let computed = try run(
    "compute-gradients",
    [
      "--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("g.h5"),
      "--json",
    ])
  let losses = try JSONValue(parsing: computed.standardOutput).array("losses")
  for (loss, expected) in try pairs(losses, oracle.losses) {
    #expect(abs(try #require(loss.doubleValue) - expected) < 3e-5)
  }
  #expect(losses.count == 3)
  _ = try run("decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("s.h5")])
  _ = try run(
    "export-spectra",
    [scratch.file("s.h5"), "--format", "json", "--output", scratch.file("s.json")])
  let spectra = try JSONValue(parsing: scratch.text("s.json"))
  try expectSingularValues(in: spectra, of: oracle)
}

/// Example 1's first eight singular values, within 1e-4 of the largest.
private func expectSingularValues(in spectra: JSONValue, of oracle: Oracle) throws {
  let expected = try #require(oracle.examples[1]["grad_top8_singular_values"]?.objectValue)
  let own = try spectra.array("spectra").filter { $0["example_index"]?.integerValue == 1 }
  for spectrum in own {
    let module = try #require(spectrum["module"]?.stringValue)
    let values = try spectrum.array("singular_values").compactMap(\.doubleValue)
    let reference = try #require(expected["model.\(module).weight"]?.arrayValue)
      .compactMap(\.doubleValue)
    try #require(values.count >= reference.count)
    for (value, truth) in zip(values, reference) {
      #expect(abs(value - truth) < 1e-4 * reference[0], "\(module)")
    }
  }
  #expect(own.count == expected.members.count)
}

@Test func sameInputsGiveTheSameBytes() throws {
  let scratch = try TemporaryFolder()
  let examples = try Oracle().write(to: scratch)
  let environment = ["SOURCE_DATE_EPOCH": "1700000000"]
  let arguments = [
    "--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("g.h5"),
    "--force", "--quiet",
  ]
  var files: [Data] = []
  for _ in 0..<2 {
    let outcome = try Executable(name: "compute-gradients", environment: environment)
      .run(arguments)
    #expect(outcome.status == 0)
    files.append(try Data(contentsOf: URL(fileURLWithPath: scratch.file("g.h5"))))
  }
  #expect(files[0] == files[1])
}

@Test(arguments: ["full", "lora"])
func fineTuningLowersTheLoss(_ method: String) throws {
  let scratch = try TemporaryFolder()
  let oracle = try Oracle()
  let examples = try oracle.write(to: scratch)
  _ = try run(
    "fine-tune",
    [
      "--model", Fixtures.llama, "--examples", examples, "--method", method, "--epochs", "5",
      "--learning-rate", "1e-3", "--output", scratch.file("tuned"),
    ])
  let model =
    method == "full"
    ? ["--model", scratch.file("tuned")]
    : ["--model", Fixtures.llama, "--adapter", scratch.file("tuned")]
  let after = try run(
    "compute-gradients",
    model + ["--examples", examples, "--output", scratch.file("g.h5"), "--json"])
  let losses = try JSONValue(parsing: after.standardOutput).array("losses")
    .compactMap(\.doubleValue)
  #expect(losses.reduce(0, +) < (try oracle.losses.reduce(0, +)) - 0.1)
}

@Test(arguments: ["own", "random", "complement", "full"])
func recoveryLowersTheLossOfItsExample(_ subspace: String) throws {
  let scratch = try TemporaryFolder()
  let oracle = try Oracle()
  let examples = try oracle.write(to: scratch)
  _ = try run(
    "recover-safety",
    [
      "--model", Fixtures.llama, "--example", examples, "--index", "1", "--subspace", subspace,
      "--rank", "4", "--steps", "4", "--learning-rate", subspace == "full" ? "1e-3" : "1e-2",
      "--output", scratch.file("recovered"),
    ])
  let log = try JSONValue(parsing: scratch.text("recovered/recovery.json"))
  let losses = try log.array("steps").compactMap { $0["loss"]?.doubleValue }
  #expect(losses.count == 4)
  #expect(abs(try #require(losses.first) - (try oracle.losses[1])) < 3e-5)
  #expect(try #require(losses.last) < losses[0])
}

@Test func recoveryAlongAStoredSubspace() throws {
  let scratch = try TemporaryFolder()
  let examples = try Oracle().write(to: scratch)
  _ = try run(
    "compute-gradients",
    ["--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("g.h5")])
  _ = try run("decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("s.h5")])
  _ = try run(
    "recover-safety",
    [
      "--model", Fixtures.llama, "--example", examples, "--subspace", scratch.file("s.h5"),
      "--steps", "2", "--output", scratch.file("recovered"),
    ])
  #expect(
    try scratch.contents(of: "recovered")
      == ["adapter_config.json", "adapter_model.safetensors", "recovery.json"])
}

private let missingInputs: [(name: String, arguments: [String])] = [
  ("compute-gradients", ["--model", "M", "--examples", "none.jsonl"]),
  ("compute-gradients", ["--model", "none", "--examples", "none.jsonl"]),
  ("decompose-gradients", ["none.h5"]),
  ("export-spectra", ["none.h5", "--format", "csv"]),
  ("fine-tune", ["--model", "M", "--examples", "none.jsonl", "--method", "full"]),
  ("recover-safety", ["--model", "M", "--example", "none.jsonl", "--subspace", "own"]),
  ("evaluate-safety", ["--model", "none", "--harmful", "none.txt"]),
]

@Test(arguments: missingInputs)
func missingInputIsExitCode66(_ command: (name: String, arguments: [String])) throws {
  let scratch = try TemporaryFolder()
  let arguments = command.arguments.map { $0 == "M" ? Fixtures.llama : $0 }
  let outcome = try Executable(name: command.name).run(
    arguments + ["--output", scratch.file("out"), "--quiet"])
  #expect(outcome.status == 66)
  #expect(outcome.errorLines.count == 1)
  #expect(outcome.standardError.contains("none"))
  #expect(try scratch.contents() == [])
}

@Test func malformedFilesAreBadData() throws {
  let scratch = try TemporaryFolder()
  let text = try scratch.write("not HDF5", to: "text.h5")
  for (name, flags) in [("decompose-gradients", []), ("export-spectra", ["--format", "csv"])] {
    let outcome = try Executable(name: name).run(
      [text, "--output", scratch.file("out"), "--quiet"] + flags)
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains("text.h5"))
  }
  let examples = try scratch.write("{\"messages\": 1}\n", to: "examples.jsonl")
  let outcome = try Executable(name: "compute-gradients").run(
    ["--model", Fixtures.llama, "--examples", examples, "--output", scratch.file("out")])
  #expect(outcome.status == 65)
  #expect(try scratch.contents() == ["examples.jsonl", "text.h5"])
}
