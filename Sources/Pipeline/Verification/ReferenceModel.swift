import Checkpoints
import LinearAlgebra
import OrderedJSON
import Tokens
import Transformer

/// A small model and what PyTorch computed of it in float64.
///
/// Beside the files of the model, `expected.json` has examples (tokens, labels, losses, the first
/// singular values of gradients) and `expected.safetensors` logits and gradients.
struct ReferenceModel {
  struct Reference {
    let example: Example
    let loss: Double
    /// The first singular values of gradients by the name of the weight; not for every example.
    let singularValues: [String: [Double]]
  }

  let configuration: ModelConfiguration
  let model: LanguageModel
  let references: [Reference]
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
    references = try entries.enumerated().map { index, entry in
      guard let reference = Reference(entry, id: "\(index)") else {
        throw VerificationError.malformedReference(path: path, key: "examples[\(index)]")
      }
      return reference
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

extension ReferenceModel.Reference {
  init?(_ json: JSONValue, id: String) {
    let ids = json["input_ids"]?.arrayValue?.compactMap(\.integerValue)
    guard let tokens = ids?.compactMap({ TokenID(exactly: $0) }),
      let labels = json["labels"]?.arrayValue?.compactMap(\.integerValue),
      let loss = json["loss"]?.doubleValue, tokens.count == labels.count
    else { return nil }
    self.loss = loss
    example = Example(id: id, tokens: tokens, answerMask: labels.map { $0 != -100 })
    var values: [String: [Double]] = [:]
    for member in json["grad_top8_singular_values"]?.objectValue?.members ?? [] {
      values[member.key] = (member.value.arrayValue ?? []).compactMap(\.doubleValue)
    }
    singularValues = values
  }
}
