import Failures

/// Why a checkpoint is not a model that can run, or an input not one that it takes.
public enum ModelError: Failure, Equatable {
  /// `model_type` names no architecture that is implemented.
  case unknownArchitecture(String)
  /// A key of the configuration is missing.
  case missingKey(String)
  /// A key of the configuration has a value of the wrong kind or out of range.
  case invalidValue(key: String, value: String, expected: String)
  /// A key of the configuration asks for something that is not implemented.
  case unsupported(key: String, value: String)
  /// A layer is to have a sliding window, and the configuration has none.
  case windowMissing(layer: Int)
  /// A weight that the configuration calls for is not in the checkpoint.
  case missingTensor(String)
  /// A weight has another shape than the configuration says.
  case shapeMismatch(tensor: String, found: [Int], expected: [Int])
  /// A weight is NaN or infinite.
  case nonFiniteWeight(tensor: String, row: Int, column: Int)
  /// An activation or gradient became NaN or infinite.
  case nonFinite(what: String, layer: Int?)
  /// An adapter changes a module that the model does not have.
  case unknownModule(adapter: String, module: String)
  /// A token id is outside the vocabulary.
  case tokenOutOfRange(id: Int, vocabularySize: Int)
  /// A sequence is longer than the model's context.
  case sequenceTooLong(tokens: Int, contextLength: Int)
  /// An empty sequence, or one without a token that carries loss.
  case nothingToPredict
  /// The model does not fit into the memory that it may use, however it is run.
  case memoryTooSmall(limit: ByteCount, least: ByteCount, movesWeights: Bool)

  /// Malformed or unsuitable data in every case.
  public var kind: FailureKind { .badData }

  /// Whether the model is sound but of a kind that is not implemented.
  public var isUnsupported: Bool {
    switch self {
    case .unknownArchitecture, .unsupported: true
    default: false
    }
  }

  /// One line that names the place and the value.
  public var description: String {
    switch self {
    case .unknownArchitecture(let name):
      "unknown architecture '\(name)' (known: \(Architecture.names.joined(separator: ", ")))"
    case .missingKey(let key): "config.json: '\(key)' is missing"
    case .invalidValue(let key, let value, let expected):
      "config.json: '\(key)' is \(value), expected \(expected)"
    case .unsupported(let key, let value):
      "config.json: '\(key)': \(value) is not supported"
    case .windowMissing(let layer):
      "config.json: layer \(layer) has a sliding window, but 'sliding_window' is null or not used"
    case .missingTensor(let name): "tensor '\(name)' is missing from the checkpoint"
    case .shapeMismatch(let tensor, let found, let expected):
      "tensor '\(tensor)' has shape \(found), the configuration says \(expected)"
    case .nonFiniteWeight(let tensor, let row, let column):
      "tensor '\(tensor)' is not finite at row \(row), column \(column)"
    case .nonFinite(let what, let layer):
      "\(what) \(layer.map { "of layer \($0) " } ?? "")is not finite"
    case .unknownModule(let adapter, let module):
      "\(adapter): the model has no linear module '\(module)'"
    case .tokenOutOfRange(let id, let vocabularySize):
      "token id \(id) is outside the vocabulary of \(vocabularySize)"
    case .sequenceTooLong(let tokens, let contextLength):
      "\(tokens) tokens are more than the model's context of \(contextLength)"
    case .nothingToPredict: "no token carries loss"
    case .memoryTooSmall(let limit, let least, let movesWeights):
      "\(least) of memory are needed, \(limit) may be used"
        + (movesWeights ? " (all weights, which move, must be in memory)" : "")
    }
  }
}
