import Failures
import Files
import OrderedJSON

/// Why a checkpoint cannot be opened, read or written: the file and what is wrong with it.
public enum CheckpointError: Failure, Equatable {
  /// The file itself cannot be used.
  case file(path: String, FileFault)
  /// No model, or none that can be used, was found.
  case model(String, ModelFault)
  /// A document is not JSON.
  case json(path: String, JSONError)
  /// A safetensors file, or the index of several, is malformed.
  case safetensors(path: String, SafetensorsFault)
  /// A GGUF file is malformed or holds what is not supported.
  case gguf(path: String, GGUFFault)
  /// A LoRA adapter is malformed or holds what is not supported.
  case adapter(path: String, AdapterFault)
  /// A tensor of a sound file cannot be had.
  case tensor(path: String, name: String, TensorFault)

  /// The kind, which decides the exit code.
  public var kind: FailureKind {
    switch self {
    case .file(_, let fault): fault.kind
    case .model(_, let fault): fault.kind
    case .json, .safetensors, .gguf, .adapter, .tensor: .badData
    }
  }

  /// Whether the files are sound but of a kind that is not implemented.
  public var isUnsupported: Bool {
    switch self {
    case .model(_, .pickled), .model(_, .isAdapter), .gguf(_, .unsupportedArchitecture),
      .gguf(_, .unsupportedVersion), .gguf(_, .bigEndian), .adapter(_, .unsupportedSetting),
      .adapter(_, .trainedTensor), .tensor(_, _, .unsupportedType), .tensor(_, _, .unknownType):
      true
    default: false
    }
  }

  /// The error in one line.
  public var description: String {
    switch self {
    case .file(let path, let fault): "\(path): \(fault)"
    case .model(let model, let fault): "\(model): \(fault)"
    case .json(let path, let error): "\(path): \(error)"
    case .safetensors(let path, let fault): "\(path): \(fault)"
    case .gguf(let path, let fault): "\(path): \(fault)"
    case .adapter(let path, let fault): "\(path): \(fault)"
    case .tensor(let path, let name, let fault): "\(path): tensor \(quoted(name)) \(fault)"
    }
  }
}

extension CheckpointError {
  /// Makes a fault of a file one of the checkpoint that the file belongs to.
  static func file<Result: ~Copyable>(
    _ path: String, _ body: () throws(FileFault) -> Result
  ) throws(CheckpointError) -> Result {
    do throws(FileFault) { return try body() } catch { throw .file(path: path, error) }
  }
}

/// A name from a file as a message shows it: quoted, on one line, and of bounded length.
func quoted(_ name: String) -> String {
  let limit = 120
  var text = ""
  for scalar in name.unicodeScalars.prefix(limit) {
    text +=
      scalar.properties.generalCategory == .control
      ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return "'\(text)\(name.unicodeScalars.count > limit ? "..." : "")'"
}
