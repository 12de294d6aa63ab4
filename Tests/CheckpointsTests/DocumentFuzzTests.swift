import Checkpoints
import OrderedJSON
import TestSupport
import Testing

/// Damaged JSON documents beside the weights: what they describe is read, or they are refused.
@Suite struct DocumentFuzzTests {
  private static let index: JSONValue = [
    "metadata": ["total_size": 100],
    "weight_map": [
      "model.embed_tokens.weight": "model-00001-of-00002.safetensors",
      "model.layers.0.mlp.up_proj.weight": "model-00001-of-00002.safetensors",
      "model.layers.1.mlp.up_proj.weight": "model-00002-of-00002.safetensors",
    ],
  ]

  @Test func damagedIndices() throws {
    let folder = try TemporaryFolder()
    for name in [
      "config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
    ] {
      try folder.copy("models/mistral/\(name)", to: name)
    }
    var fuzzer = JSONFuzzer(seed: 1)
    try damage(Self.index, folder, "model.safetensors.index.json", &fuzzer) {
      let checkpoint = try Checkpoint(opening: folder.path)
      for name in checkpoint.tensorNames { _ = try checkpoint.matrix(named: name).count }
    }
  }

  @Test func damagedAdapterSettings() throws {
    let folder = try TemporaryFolder()
    try folder.copy("adapters/plain/adapter_model.safetensors", to: "adapter_model.safetensors")
    let settings = try Fixtures.json("adapters/plain/adapter_config.json")
    var fuzzer = JSONFuzzer(seed: 2)
    try damage(settings, folder, "adapter_config.json", &fuzzer) {
      let adapter = try LoRAAdapter(reading: folder.path)
      #expect(adapter.modules.values.allSatisfy { $0.scale.isFinite })
    }
  }

  /// Writes variants of a document and opens what it belongs to.
  private func damage(
    _ document: JSONValue, _ folder: TemporaryFolder, _ name: String, _ fuzzer: inout JSONFuzzer,
    _ open: () throws -> Void
  ) throws {
    var refused = 0
    for _ in 0..<300 {
      try folder.write(fuzzer.variant(of: document).text(), to: name)
      do {
        try open()
      } catch let error as CheckpointError {
        #expect(!error.description.contains("\n"))
        refused += 1
      }
    }
    #expect((1..<300).contains(refused))
  }
}
