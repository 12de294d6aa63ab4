import Checkpoints
import Foundation
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing
import Tokens
import Transformer

/// A tiny model and what PyTorch computed of it in float64 (`Tests/Fixtures/models`).
struct OracleModel {
  static let names = [
    "llama", "llama3-rope-tied", "mistral", "mistral-window8", "qwen2-bf16", "qwen3", "gemma2",
    "gemma3", "phi3",
  ]

  struct Reference: ~Copyable {
    let tokens: [TokenID]
    let sequence: Example
    let loss: Double
    let logits: Matrix
  }

  let configuration: ModelConfiguration
  let model: LanguageModel
  private let folder: String
  private let expected: TensorTable

  init(_ name: String) throws {
    folder = Fixtures.path("models/\(name)")
    let checkpoint = try Checkpoint(opening: folder)
    configuration = try ModelConfiguration(parsing: checkpoint.configuration)
    model = try LanguageModel(configuration: configuration, source: checkpoint)
    expected = try SafetensorsFile(opening: folder + "/expected.safetensors").tensors
  }

  func example(_ index: Int) throws -> Reference {
    let json = try JSONValue(
      parsing: [UInt8](try Data(contentsOf: URL(filePath: folder + "/expected.json"))))
    let entry = try #require(json["examples"]?.arrayValue?[index])
    let tokens = (entry["input_ids"]?.arrayValue ?? []).compactMap(\.integerValue).map { Int32($0) }
    let labels = (entry["labels"]?.arrayValue ?? []).compactMap(\.integerValue)
    return Reference(
      tokens: tokens,
      sequence: Example(
        id: "\(index)", tokens: tokens, answerMask: labels.map { $0 != -100 }),
      loss: try #require(entry["loss"]?.doubleValue),
      logits: try expected.matrix(named: "ex\(index).logits"))
  }

  func gradient(_ module: LinearModule, example: Int) throws -> Matrix {
    try expected.matrix(named: "ex\(example).grad.\(module.checkpointName).weight")
  }
}

/// `||a - b||_F / ||b||_F`.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  var difference = 0.0
  var norm = 0.0
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    norm += Double(y) * Double(y)
  }
  return (difference / norm).squareRoot()
}
