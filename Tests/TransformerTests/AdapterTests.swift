import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformer

/// Adapters against PEFT: the logits with them, for each way in which ranks and scales are given
/// (`Tests/Python/make_adapter_reference.py`).
@Suite struct AdapterTests {
  @Test(arguments: ["plain", "patterns", "rslora", "one-layer"])
  func logitsAreThoseOfPEFT(_ name: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    let configuration = try ModelConfiguration(parsing: checkpoint.configuration)
    let folder = Fixtures.path("adapters/\(name)")
    let adapter = try LoRAAdapter(reading: folder)
    try adapter.check(against: checkpoint, path: folder)
    let model = try LanguageModel(
      configuration: configuration,
      source: AdaptedTensors(checkpoint, adapters: [(path: folder, changes: adapter.modules)]))
    let expected = try SafetensorsFile(opening: folder + "/expected.safetensors").tensors
    let tokens = try expected.readInt64s("tokens").map { Int32($0) }
    let found = try model.logits(tokens)
    let plain = try OracleModel("llama").model.logits(tokens)
    let reference = try expected.matrix(named: "logits")
    #expect(found.count == reference.count)
    #expect(Self.largestDifference(found, reference) < 2e-4)
    #expect(Self.largestDifference(plain, reference) > 1e-2)
  }

  private static func largestDifference(
    _ one: borrowing Matrix, _ other: borrowing Matrix
  ) -> Float {
    zip(one.elements, other.elements).map { abs($0 - $1) }.max() ?? .nan
  }
}
