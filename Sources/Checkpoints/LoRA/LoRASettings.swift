import OrderedJSON

/// The `adapter_config.json` of a LoRA adapter, as far as it bears on what the adapter computes.
///
/// Settings that would change that and are not implemented are refused by name: PEFT ignores a
/// setting silently only when it does not matter.
struct LoRASettings {
  private let rank: Int
  private let alpha: Double
  private let usesRootScaling: Bool
  private let rankPattern: [ModulePattern]
  private let alphaPattern: [ModulePattern]
  private let targets: Targets
  private let layers: [Int]?
  let baseModel: String?

  /// Which modules an adapter has.
  private enum Targets {
    /// Those whose names are, or end in, one of these.
    case names([String])
    /// A regular expression or `all-linear`; PEFT saves tensors for just the modules it meant.
    case asSaved
  }

  /// Reads the document.
  init(_ json: JSONValue) throws(AdapterFault) {
    guard json.objectValue != nil else {
      throw .malformedSetting(key: "adapter_config.json", expected: "an object")
    }
    try Self.refuseUnsupported(json)
    rank = try Self.number(json, "r", default: 8, as: "a positive integer") { $0.integerValue }
    alpha = try Self.number(json, "lora_alpha", default: 8, as: "a number") { $0.doubleValue }
    guard rank > 0 else { throw .malformedSetting(key: "r", expected: "a positive integer") }
    guard alpha.isFinite else { throw .malformedSetting(key: "lora_alpha", expected: "finite") }
    usesRootScaling = try Self.flag(json, "use_rslora")
    rankPattern = try ModulePattern.list(json, "rank_pattern")
    alphaPattern = try ModulePattern.list(json, "alpha_pattern")
    targets = try Self.targets(json)
    layers = try Self.layers(json)
    baseModel = json["base_model_name_or_path"]?.stringValue
  }

  /// Scale times rank of a module, so that alpha / r is what PEFT multiplies by; the settings must
  /// agree with the rank that its tensors have.
  func alpha(of module: String, tensorRank: Int) throws(AdapterFault) -> Double {
    try checkTargeted(module)
    if rankPattern.allSatisfy(\.isLiteral) {
      let rank = rankPattern.first { $0.matches(module) }.map { Int($0.value) } ?? rank
      guard rank == tensorRank else {
        throw .wrongRank(module: module, settings: rank, tensors: tensorRank)
      }
    }
    let alpha = alphaPattern.first { $0.matches(module) }?.value ?? alpha
    return usesRootScaling ? alpha * Double(tensorRank).squareRoot() : alpha
  }

  private func checkTargeted(_ module: String) throws(AdapterFault) {
    if case .names(let names) = targets, !names.contains(where: { $0.isSuffixOfModule(module) }) {
      throw .moduleNotTargeted(module, key: "target_modules")
    }
    if let layers, !layers.contains(where: { module.utf8.contains(".layers.\($0).".utf8) }) {
      throw .moduleNotTargeted(module, key: "layers_to_transform")
    }
  }

  // MARK: Reading

  private static func refuseUnsupported(_ json: JSONValue) throws(AdapterFault) {
    guard let type = json["peft_type"]?.stringValue else {
      throw .malformedSetting(key: "peft_type", expected: "a string")
    }
    guard type == "LORA" else { throw unsupported("peft_type", json["peft_type"]) }
    if let bias = json["bias"], !bias.isNull, bias.stringValue != "none" {
      throw unsupported("bias", bias)
    }
    for key in ["use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"]
    where try flag(json, key) { throw unsupported(key, json[key]) }
    for key in [
      "modules_to_save", "layer_replication", "trainable_token_indices", "target_parameters",
      "alora_invocation_tokens", "arrow_config", "megatron_config", "exclude_modules",
      "layers_pattern", "velora_config", "monteclora_config", "kasa_config", "use_bdlora",
    ] {
      if let value = json[key], !value.isNull, !value.isEmptyCollection {
        throw unsupported(key, value)
      }
    }
    // Some ways to begin training also change the weights of the base model.
    let harmless = ["gaussian", "eva", "orthogonal"]
    if let start = json["init_lora_weights"]?.stringValue, !harmless.contains(start) {
      throw unsupported("init_lora_weights", json["init_lora_weights"])
    }
  }

  private static func targets(_ json: JSONValue) throws(AdapterFault) -> Targets {
    switch json["target_modules"] {
    case .string: return .asSaved
    case .array(let elements):
      let names = elements.compactMap(\.stringValue)
      if names.count == elements.count { return .names(names) }
    default: break
    }
    throw .malformedSetting(key: "target_modules", expected: "a string or a list of strings")
  }

  private static func layers(_ json: JSONValue) throws(AdapterFault) -> [Int]? {
    guard let value = json["layers_to_transform"], !value.isNull else { return nil }
    if let layer = value.integerValue { return [layer] }
    let layers = value.arrayValue?.compactMap(\.integerValue)
    guard let layers, layers.count == value.arrayValue?.count else {
      throw .malformedSetting(key: "layers_to_transform", expected: "a list of integers")
    }
    return layers.isEmpty ? nil : layers
  }

  private static func flag(_ json: JSONValue, _ key: String) throws(AdapterFault) -> Bool {
    guard let value = json[key], !value.isNull else { return false }
    guard let flag = value.boolValue else {
      throw .malformedSetting(key: key, expected: "a boolean")
    }
    return flag
  }

  private static func number<Number>(
    _ json: JSONValue, _ key: String, default: Number, as expected: String,
    _ read: (JSONValue) -> Number?
  ) throws(AdapterFault) -> Number {
    guard let value = json[key] else { return `default` }
    guard let number = read(value) else { throw .malformedSetting(key: key, expected: expected) }
    return number
  }

  private static func unsupported(_ key: String, _ value: JSONValue?) -> AdapterFault {
    .unsupportedSetting(key: key, value: String((value?.text() ?? "").prefix(80)))
  }
}

extension JSONValue {
  fileprivate var isEmptyCollection: Bool {
    switch self {
    case .array(let elements): elements.isEmpty
    case .object(let object): object.members.isEmpty
    default: false
    }
  }
}
