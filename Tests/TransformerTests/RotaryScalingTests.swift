import Checkpoints
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Tokens
import Transformer

/// Scaled rotary embeddings against transformers (`Tests/Python/make_rope_reference.py`).
@Suite struct RotaryScalingTests {
  private static func cases() throws -> [JSONValue] {
    let path = Fixtures.path("transformer/rope.json")
    return try #require(
      try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path)))).arrayValue)
  }

  @Test func frequenciesAreThoseOfTransformers() throws {
    let cases = try Self.cases()
    #expect(cases.count == 54)
    for item in cases {
      let configuration = try ModelConfiguration(parsing: try #require(item["config"]))
      let rotary = configuration.rotaryEmbeddings[0]
      let length = try #require(item["sequence_length"]?.integerValue)
      let found = rotary.frequencies(sequenceLength: length)
      let expected = (item["inverse_frequencies"]?.arrayValue ?? []).compactMap(\.doubleValue)
      try #require(found.count == expected.count)
      // The reference is in float32.
      for (one, other) in try pairs(found, expected) {
        #expect(abs(one - other) < 2e-6 * other, "\(rotary.scaling), \(length) tokens")
      }
      let factor = try #require(item["attention_factor"]?.doubleValue)
      #expect(abs(rotary.attentionFactor - factor) < 1e-6 * factor)
    }
  }

  private static let scalings: [JSONValue] = [
    ["rope_type": "dynamic", "rope_theta": 10_000, "factor": 4],
    [
      "rope_type": "longrope", "rope_theta": 10_000, "original_max_position_embeddings": 12,
      "short_factor": [1, 1, 1.5, 2], "long_factor": [1, 2, 4, 8],
    ],
  ]

  /// Frequencies that depend on the length of a sequence depend on nothing else: not on what it is
  /// packed with, and not on what is generated beside it.
  @Test(arguments: [0, 1])
  func otherSequencesChangeNothing(_ scaling: Int) throws {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    var object = try #require(checkpoint.configuration.objectValue)
    object["rope_scaling"] = nil
    object["rope_parameters"] = Self.scalings[scaling]
    object["max_position_embeddings"] = scaling == 0 ? 12 : 64
    let configuration = try ModelConfiguration(parsing: .object(object))
    let model = try LanguageModel(configuration: configuration, source: checkpoint)
    let oracle = try OracleModel("llama")
    let sequences = try (0..<3).map { try oracle.example($0).sequence }
    let lengths = sequences.map(\.tokens.count)
    #expect(lengths.contains { $0 < 12 } && lengths.contains { $0 > 12 })
    let packed = try model.losses(sequences)
    for (sequence, loss) in try pairs(sequences, packed) {
      #expect(abs(try model.losses([sequence])[0] - loss) < 1e-5)
    }
    let prompts = [sequences[1].tokens, Array(sequences[2].tokens.prefix(4))]
    let together = try model.generate(prompts: prompts, maxNewTokens: 5, stopTokens: [])
    for (prompt, generated) in try pairs(prompts, together) {
      #expect(
        try model.generate(prompts: [prompt], maxNewTokens: 5, stopTokens: [])[0] == generated)
    }
  }

  @Test func scaledContextsAreLonger() throws {
    for item in try Self.cases() {
      let configuration = try ModelConfiguration(parsing: try #require(item["config"]))
      switch configuration.rotaryEmbeddings[0].scaling {
      case .linear(let factor), .dynamic(let factor, _):
        #expect(configuration.contextLength == Int(256 * factor))
      default: #expect(configuration.contextLength == 256)
      }
    }
  }
}
