import Checkpoints
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing

/// `fine-tune --method lora` beside PEFT and PyTorch in float64 (`Tests/Python/make_lora_reference.py`): three
/// steps on some of the examples of two files.
///
/// Float32 left 1.4e-7 on the losses, 2.4e-7 of the gradient norm and 5e-5 of the largest entry of a factor
/// (AdamW divides by tiny second moments; 1e-6 with SGD); a wrong scale, order or rule is off by 1e-2.
@Suite struct LoRATrainingTests {
  private let scratch: TemporaryFolder
  private let reference: JSONValue

  init() throws {
    scratch = try TemporaryFolder()
    reference = try Fixtures.json("recovery/lora.json")
    for (index, file) in try reference.array("files").enumerated() {
      let lines = try #require(file.arrayValue).map { example -> String in
        let tokens = try #require(example.arrayValue?[0].arrayValue)
        let prompt = try #require(example.arrayValue?[1].integerValue)
        let labels = tokens.enumerated().map { $0 < prompt ? JSONValue.integer(-100) : $1 }
        let object: JSONValue = ["input_ids": .array(tokens), "labels": .array(labels)]
        return object.text() + "\n"
      }
      try scratch.write(lines.joined(), to: "part-\(index).jsonl")
    }
  }

  private func flags(_ run: JSONValue) throws -> [String] {
    func number(_ key: String) throws -> String { try #require(run[key]).text() }
    let counts = try run.integers("counts")
    var flags = [
      "--method", "lora", "--model", Fixtures.llama, "--epochs", "3", "--batch-size", "5",
    ]
    flags += ["--examples"] + counts.enumerated().map { scratch.file("part-\($0).jsonl:\($1)") }
    flags += ["--optimizer", try #require(run["optimizer"]?.stringValue)]
    flags += ["--lora-rank", try number("rank"), "--lora-alpha", try number("alpha")]
    flags += ["--learning-rate", try number("learning_rate"), "--seed", try number("seed")]
    flags += ["--weight-decay", try number("weight_decay")]
    if let layers = run["layers"]?.arrayValue {
      flags += ["--layers", layers.map { $0.text() }.joined(separator: ",")]
    }
    if let projections = run["projections"]?.arrayValue {
      flags += ["--projections", projections.compactMap(\.stringValue).joined(separator: ",")]
    }
    return flags
  }

  @Test(arguments: ["all", "sgd", "some"])
  func followsPEFT(_ name: String) throws {
    let run = try #require(reference["runs"]?[name])
    let outcome = try Executable(name: "fine-tune").run(
      flags(run) + ["--output", scratch.file("out"), "--threads", "2", "--quiet"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let log = try JSONValue(parsing: scratch.text("out/training.json"))
    let losses = try run.array("losses").compactMap(\.doubleValue)
    let norms = try run.array("gradient_norms").compactMap(\.doubleValue)
    #expect(losses.count == 3 && norms.count == 3)
    for (step, (loss, norm)) in try pairs(try log.array("steps"), Array(zip(losses, norms))) {
      #expect(abs(try #require(step["loss"]?.doubleValue) - loss) < 1e-5)
      #expect(abs(try #require(step["gradient_norm"]?.doubleValue) - norm) < 1e-4 * norm)
    }
    try expectFactors(of: name)
  }

  /// A and B after the last step, and no others.
  private func expectFactors(of name: String) throws {
    let expected = try SafetensorsFile(
      opening: Fixtures.path("recovery/lora/\(name).safetensors")
    ).tensors
    let found = try SafetensorsFile(opening: scratch.file("out/adapter_model.safetensors")).tensors
    #expect(found.names.count == expected.names.count && expected.names.count > 3)
    for key in expected.names {
      let truth = try expected.matrix(named: key)
      let value = try found.matrix(named: "base_model.model.model.\(key).weight")
      let largest = truth.elements.map(abs).max() ?? 0
      for (one, other) in try pairs(value.elements, truth.elements) {
        #expect(abs(one - other) < 3e-4 * largest, "\(key)")
      }
    }
  }
}
