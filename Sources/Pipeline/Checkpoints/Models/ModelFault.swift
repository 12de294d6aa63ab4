import Failures

/// Why a name or folder yields no model.
public enum ModelFault: Error, Equatable, Sendable {
  /// It is no path, and no model of that id is in the local Hugging Face cache.
  case notFound(lookedIn: [String])
  /// It is a file of a kind that holds no model.
  case unknownFile
  /// The weights are pickled.
  case pickled(file: String)
  /// A document that is needed is not in the folder.
  case missingDocument(String)
  /// The folder holds no weights.
  case missingWeights
  /// The folder holds no part of a model.
  case noModel
  /// The folder holds a LoRA adapter, not a model.
  case isAdapter
  /// The folder holds several GGUF files and nothing says which is meant.
  case severalGGUFFiles([String])
  /// A document is JSON of another kind than it should be.
  case unexpectedDocument(String, found: String)
  /// A text document is not UTF-8.
  case invalidUTF8(String)
}

extension ModelFault: CustomStringConvertible {
  /// The fault in a few words.
  public var description: String {
    switch self {
    case .notFound(let paths):
      "no such file, folder or model in the local Hugging Face cache (looked in "
        + "\(paths.joined(separator: ", ")); models are never downloaded)"
    case .unknownFile: "is neither a GGUF file nor a model folder"
    case .pickled(let file):
      "\(quoted(file)) is pickled, which can run any code when it is read; convert it to safetensors"
    case .missingDocument(let name): "holds no \(name)"
    case .missingWeights:
      "holds no weights (model.safetensors, model.safetensors.index.json or a GGUF file)"
    case .noModel: "holds no model: no config.json, no weights and no tokenizer"
    case .isAdapter: "holds a LoRA adapter, which goes on top of a model"
    case .severalGGUFFiles(let names):
      "holds several GGUF files, of which one must be named: \(names.joined(separator: ", "))"
    case .unexpectedDocument(let name, let found): "\(name) is \(found), not an object"
    case .invalidUTF8(let name): "\(name) is not UTF-8"
    }
  }

  var kind: FailureKind {
    switch self {
    case .notFound: .inputMissing
    // What is there is no model, or only a part of one.
    case .missingDocument, .missingWeights, .noModel, .unknownFile, .pickled, .isAdapter,
      .severalGGUFFiles, .unexpectedDocument, .invalidUTF8:
      .badData
    }
  }
}
