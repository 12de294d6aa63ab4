import Checkpoints
import LinearAlgebra
import OrderedJSON
import Transformer

/// A small model and what PyTorch computed of it in float64.
///
/// Beside the files of the model, `expected.json` has examples (tokens, labels, losses, the first
/// singular values of gradients) and `expected.safetensors` logits and gradients.
struct ReferenceModel {
  struct Example {
    let sequence: LossSequence
    let loss: Double
    /// The first singular values of gradients by the name of the weight; not for every example.
    let singularValues: [String: [Double]]
  }

  let configuration: ModelConfiguration
  let model: LanguageModel
  let examples: [Example]
  private let tensors: TensorTable

  /// Reads a folder.
  ///
  /// - Parameter folder: The model with its reference values.
  /// - Throws: `CheckpointError`, `ModelError`, `VerificationError.malformedReference`.
  init(at folder: String) throws {
    let checkpoint = try Checkpoint(opening: folder)
    configuration = try CheckedConfiguration(of: checkpoint).configuration
    model = try LanguageModel(configuration: configuration, source: checkpoint)
    tensors = try SafetensorsFile(opening: folder + "/expected.safetensors").tensors
    let path = folder + "/expected.json"
    guard let entries = try Document.json(at: path)["examples"]?.arrayValue, !entries.isEmpty
    else {
      throw VerificationError.malformedReference(path: path, key: "examples")
    }
    examples = try entries.enumerated().map { index, entry in
      guard let example = try Example(entry) else {
        throw VerificationError.malformedReference(path: path, key: "examples[\(index)]")
      }
      return example
    }
  }

  /// Logits of all positions, [T × vocabulary].
  func logits(ofExample index: Int) throws -> Matrix {
    try tensors.matrix(named: "ex\(index).logits")
  }

  /// The gradient of a weight.
  func gradient(of module: LinearModule, example: Int) throws -> Matrix {
    try tensors.matrix(named: "ex\(example).grad.\(module.checkpointName).weight")
  }
}

extension ReferenceModel.Example {
  init?(_ json: JSONValue) throws {
    let ids = json["input_ids"]?.arrayValue?.compactMap(\.integerValue)
    guard let tokens = ids?.compactMap({ Int32(exactly: $0) }),
      let labels = json["labels"]?.arrayValue?.compactMap(\.integerValue),
      let loss = json["loss"]?.doubleValue, tokens.count == labels.count
    else { return nil }
    self.loss = loss
    sequence = try LossSequence(
      tokens: tokens, carriesLoss: labels.map { $0 != -100 })
    var values: [String: [Double]] = [:]
    for member in json["grad_top8_singular_values"]?.objectValue?.members ?? [] {
      values[member.key] = (member.value.arrayValue ?? []).compactMap(\.doubleValue)
    }
    singularValues = values
  }
}
