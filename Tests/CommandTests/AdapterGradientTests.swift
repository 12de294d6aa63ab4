import Checkpoints
import LinearAlgebra
import OrderedJSON
import SafetyGradients
import TestSupport
import Testing

/// `compute-gradients --parameters adapter` beside the gradients that PyTorch finds for the A and B of a PEFT
/// adapter, in float64 (`Tests/Python/make_lora_reference.py`).
@Suite struct AdapterGradientTests {
  private let scratch: TemporaryFolder
  private let examples: String
  private let reference: JSONValue

  init() throws {
    scratch = try TemporaryFolder()
    reference = try Fixtures.json("gradients/adapters.json")
    let tokens = try #require(reference["example"]?.arrayValue?[0].arrayValue)
    let prompt = try #require(reference["example"]?.arrayValue?[1].integerValue)
    let labels = tokens.enumerated().map { $0 < prompt ? JSONValue.integer(-100) : $1 }
    let example: JSONValue = ["input_ids": .array(tokens), "labels": .array(labels)]
    examples = try scratch.write(example.text() + "\n", to: "examples.jsonl")
  }

  private func compute(_ flags: [String], to output: String = "g.h5") throws -> Executable.Outcome {
    try Executable(name: "compute-gradients").run(
      [
        "--model", Fixtures.llama, "--examples", examples, "--output", scratch.file(output),
        "--threads", "2", "--json", "--quiet",
      ] + flags)
  }

  private func adapter(_ name: String) -> [String] {
    ["--adapter", Fixtures.path("adapters/\(name)"), "--parameters", "adapter"]
  }

  /// Float32 left 1.4e-6 of a gradient's largest entry; the scales of the adapters differ by factors.
  @Test(arguments: ["patterns", "rslora"])
  func followsPyTorch(_ name: String) throws {
    let outcome = try compute(adapter(name))
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let loss = try JSONValue(parsing: outcome.standardOutput).array("losses")[0].doubleValue
    let expectedLoss = try #require(reference["losses"]?[name]?.doubleValue)
    #expect(abs(try #require(loss) - expectedLoss) < 3e-5)
    let expected = try SafetensorsFile(opening: Fixtures.path("gradients/\(name).safetensors"))
      .tensors
    let file = try GradientFile(opening: scratch.file("g.h5"))
    #expect(file.modules.map(\.name).sorted() == expected.names.sorted())
    #expect(file.modules.count == 12)
    for (index, module) in file.modules.enumerated() {
      let factors = try file.factors(example: 0, module: index)
      var gradient = Matrix(rows: module.outFeatures, columns: module.inFeatures)
      gradient.multiply(factors.outputGradient, .transposed, by: factors.input)
      let truth = try expected.matrix(named: module.name)
      let largest = truth.elements.map(abs).max() ?? 0
      #expect(largest > 0)
      for (one, other) in try pairs(gradient.elements, truth.elements) {
        #expect(abs(one - other) < 2e-5 * largest, "\(module.name)")
      }
    }
  }

  /// Whatever is done with gradients of weights is done with these: sharing of inputs, spectra, exports.
  @Test func spectraOfFactors() throws {
    #expect(try compute(adapter("patterns")).status == 0)
    let file = try GradientFile(opening: scratch.file("g.h5"))
    let groups = try file.modulesSharingInput(example: 0).map { $0.map { file.modules[$0].name } }
    #expect(
      groups.contains(["layers.0.self_attn.q_proj.lora_A", "layers.0.self_attn.v_proj.lora_A"]))
    for (tool, arguments) in [
      ("decompose-gradients", [scratch.file("g.h5"), "--output", scratch.file("s.h5")]),
      (
        "export-spectra",
        [scratch.file("s.h5"), "--format", "json", "--output", scratch.file("s.json")]
      ),
    ] {
      #expect(try Executable(name: tool).run(arguments + ["--quiet"]).status == 0)
    }
    let spectra = try JSONValue(parsing: scratch.text("s.json")).array("spectra")
    let counts = spectra.filter { $0["module"]?.stringValue == "layers.1.self_attn.v_proj.lora_B" }
      .map { $0["singular_values"]?.arrayValue?.count }
    // The adapter has rank 3 there.
    #expect(!counts.isEmpty && counts.allSatisfy { $0 == 3 })
  }

  /// Merged or beside the weights, the adapter means the same; the file says which model it was.
  @Test func theLossIsThatOfTheMergedModel() throws {
    let kept = try compute(adapter("rslora"))
    let merged = try compute(["--adapter", Fixtures.path("adapters/rslora")], to: "w.h5")
    let losses = try [kept, merged].map {
      try #require(
        JSONValue(parsing: $0.standardOutput).array("losses")[0].doubleValue)
    }
    #expect(abs(losses[0] - losses[1]) < 1e-5)
    let files = try ["g.h5", "w.h5"].map { try GradientFile(opening: scratch.file($0)) }
    #expect(files[0].provenance.modelFingerprint == files[1].provenance.modelFingerprint)
    #expect(files[1].modules.count == 14)
  }

  @Test func someModules() throws {
    let flags = adapter("patterns") + ["--layers", "1", "--projections", "q_proj,o_proj"]
    #expect(try compute(flags).status == 0)
    let file = try GradientFile(opening: scratch.file("g.h5"))
    #expect(
      file.modules.map(\.projection) == ["q_proj.lora_A", "q_proj.lora_B"])
    let outcome = try compute(adapter("patterns") + ["--projections", "o_proj"], to: "none.h5")
    #expect(outcome.status == 64)
    #expect(outcome.standardError.contains("that the adapter changes"))
  }

  /// `permuted-errors` and the like are made of D, before B takes its part.
  @Test func controlsOfFactors() throws {
    let outcome = try compute(adapter("patterns") + ["--control", "permuted-errors"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let file = try GradientFile(opening: scratch.file("g.h5"))
    #expect(file.examples.count == 2)
    for (index, module) in file.modules.enumerated() where module.name.hasSuffix("lora_A") {
      let own = try file.factors(example: 0, module: index)
      let control = try file.factors(example: 1, module: index)
      #expect(own.input.elements == control.input.elements)
      #expect(own.outputGradient.elements != control.outputGradient.elements)
      let norms = (own.outputGradient.frobeniusNorm, control.outputGradient.frobeniusNorm)
      #expect(abs(norms.0 - norms.1) < 1e-5 * norms.0)
    }
  }

  @Test func oneAdapterAlone() throws {
    let path = Fixtures.path("adapters/patterns")
    for (flags, words) in [
      (["--parameters", "adapter"], "0 are given"),
      (["--parameters", "adapter", "--adapter", path, "--adapter", path], "2 are given"),
      (adapter("patterns") + ["--control", "untrained"], "'untrained'"),
    ] {
      let outcome = try compute(flags)
      #expect(outcome.status == 64)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.standardError.contains(words))
    }
  }

  /// Adapters that train what has no factors; merged, those whose whole tensors are the base model's are fine.
  @Test(arguments: [
    (#""modules_to_save": null"#, #""modules_to_save": ["classifier"]"#, "modules_to_save"),
    (#""bias": "none""#, #""bias": "lora_only""#, "bias"),
    (#""use_dora": false"#, #""use_dora": true"#, "use_dora"),
  ])
  func whatHasNoFactorsIsRefused(_ change: (from: String, to: String, key: String)) throws {
    let folder = try scratch.makeFolder("adapter")
    let text = try Fixtures.text("adapters/patterns/adapter_config.json")
    try #require(text.contains(change.from))
    try scratch.copy(
      "adapters/patterns/adapter_model.safetensors", to: "adapter/adapter_model.safetensors")
    try scratch.write(
      text.replacing(change.from, with: change.to), to: "adapter/adapter_config.json")
    let outcome = try compute(["--adapter", folder, "--parameters", "adapter"])
    #expect(outcome.status == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("'\(change.key)'"), "\(outcome.standardError)")
  }
}
