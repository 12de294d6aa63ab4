import Checkpoints
import OrderedJSON
import TestSupport
import Testing
import Transformer

/// Damaged configurations: a model that runs or an error, before any memory is asked for.
@Suite struct ConfigurationFuzzTests {
  @Test(arguments: OracleModel.names)
  func damagedConfigurations(_ name: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
    var fuzzer = JSONFuzzer(seed: 11)
    var running = 0
    for _ in 0..<150 {
      let json = fuzzer.variant(of: checkpoint.configuration)
      do {
        let configuration = try ModelConfiguration(parsing: json)
        let model = try LanguageModel(configuration: configuration, source: checkpoint)
        _ = try model.logits([1, 2, 3])
        running += 1
      } catch let error as ModelError {
        #expect(!error.description.contains("\n"))
      }
    }
    #expect((1..<150).contains(running))
  }

  /// Shapes that the checkpoint does not bear out are refused before they are allocated.
  @Test(arguments: [
    ("hidden_size", "model.embed_tokens.weight"), ("vocab_size", "model.embed_tokens.weight"),
    ("intermediate_size", "model.layers.0.mlp.gate_proj.weight"),
    ("num_hidden_layers", "model.layers.2.input_layernorm.weight"),
  ])
  func sizesOfNoCheckpoint(_ key: String, _ tensor: String) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    var object = try #require(checkpoint.configuration.objectValue)
    object[key] = .integer(key == "num_hidden_layers" ? 4096 : 1 << 24)
    if key == "hidden_size" { object["head_dim"] = 8 }
    let configuration = try ModelConfiguration(parsing: .object(object))
    let error = #expect(throws: ModelError.self) {
      try LanguageModel(configuration: configuration, source: checkpoint)
    }
    switch error {
    case .missingTensor(let name), .shapeMismatch(let name, _, _): #expect(name == tensor)
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test func quantizedWeightsAreRefused() {
    let json: JSONValue = [
      "model_type": "llama", "quantization_config": ["quant_method": "gptq", "bits": 4],
    ]
    #expect(
      throws: ModelError.unsupported(key: "quantization_config", value: #""gptq""#)
    ) { try ModelConfiguration(parsing: json) }
  }
}
