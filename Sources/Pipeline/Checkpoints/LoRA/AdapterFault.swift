/// What is wrong with a LoRA adapter, or what in it is not supported.
public enum AdapterFault: Error, Equatable, Sendable {
  /// A setting that changes what the adapter computes and is not supported.
  case unsupportedSetting(key: String, value: String)
  /// A setting that is missing or malformed.
  case malformedSetting(key: String, expected: String)
  /// A tensor that is part of no LoRA pair.
  case unexpectedTensor(String)
  /// One of a pair is missing.
  case missingTensor(String)
  /// A module has a second pair.
  case duplicateModule(String)
  /// A tensor has sizes that do not fit.
  case wrongShape(tensor: String, shape: [Int], expected: String)
  /// The settings leave out a module that there are tensors for.
  case moduleNotTargeted(String, key: String)
  /// The settings give a module another rank than its tensors have.
  case wrongRank(module: String, settings: Int, tensors: Int)
  /// A tensor holds a NaN or an infinity.
  case nonFinite(tensor: String, row: Int, column: Int)
  /// An expression for names uses what other readers understand in another way.
  case unsupportedPattern(key: String, pattern: String)
  /// A whole tensor that is not the base model's: it was trained beside the pairs.
  case trainedTensor(String)
  /// A module that was saved whole, by the settings, is not in the file.
  case savedModuleMissing(String)
  /// The base model has the layer, but as none that an adapter can change.
  case moduleNotLinear(String)
  /// The weight with its change is beyond float32.
  case changeOverflows(String)
  /// A value is beyond the type that it is to be written as.
  case valueOverflows(tensor: String, row: Int, column: Int, elementType: ElementType)
  /// A setting by which whole tensors are trained, where the gradients of factors are wanted.
  case trainedWhole(key: String)
  /// Adapters that would have to be one.
  case notAlone(count: Int)
  /// The adapter has no modules.
  case empty
  /// The base model has no such layer.
  case moduleNotInBase(String)
}

extension AdapterFault: CustomStringConvertible {
  /// The fault in a few words.
  public var description: String {
    switch self {
    case .unsupportedSetting(let key, let value): "\(quoted(key)) \(value) is not supported"
    case .malformedSetting(let key, let expected): "\(quoted(key)) is not \(expected)"
    case .unexpectedTensor(let tensor): "tensor \(quoted(tensor)) is part of no LoRA pair"
    case .missingTensor(let tensor): "tensor \(quoted(tensor)) is missing"
    case .duplicateModule(let module): "module \(quoted(module)) has two pairs of tensors"
    case .wrongShape(let tensor, let shape, let expected):
      "tensor \(quoted(tensor)) has shape \(shape), not \(expected)"
    case .moduleNotTargeted(let module, let key):
      "\(quoted(key)) leaves out module \(quoted(module)), for which there are tensors"
    case .wrongRank(let module, let settings, let tensors):
      "module \(quoted(module)) has rank \(settings) in the settings and \(tensors) in its tensors"
    case .nonFinite(let tensor, let row, let column):
      "tensor \(quoted(tensor)) is not finite at row \(row), column \(column)"
    case .unsupportedPattern(let key, let pattern):
      "\(quoted(key)): expression \(quoted(pattern)) is not supported"
    case .trainedTensor(let tensor):
      "tensor \(quoted(tensor)) differs from the base model's: trained "
        + (Self.isEmbedding(tensor) ? "embeddings" : "weights beside LoRA") + " are not supported"
    case .savedModuleMissing(let module):
      "'modules_to_save': no tensor of module \(quoted(module)) is in the file"
    case .moduleNotLinear(let module):
      "module \(quoted(module)) is no linear layer of a decoder layer; changes of others are not "
        + "supported"
    case .changeOverflows(let module):
      "the weight of module \(quoted(module)) with its change is beyond float32"
    case .valueOverflows(let tensor, let row, let column, let type):
      "tensor \(quoted(tensor)) at row \(row), column \(column) is beyond \(type.rawValue)"
    case .trainedWhole(let key):
      "\(quoted(key)): parameters that are trained whole have no factors, and no gradients of factors"
    case .notAlone(let count):
      "the gradients of one adapter's factors are wanted, but there are \(count) adapters"
    case .empty: "holds no LoRA tensors"
    case .moduleNotInBase(let module): "the base model has no layer \(quoted(module))"
    }
  }

  private static func isEmbedding(_ tensor: String) -> Bool {
    tensor.contains("embed_tokens") || tensor.contains("lm_head")
  }
}
