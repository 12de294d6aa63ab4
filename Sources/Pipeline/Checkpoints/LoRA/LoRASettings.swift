import ModelFiles
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
  /// Which modules have a change.
  let targets: TargetSelection
  let baseModel: String?
  /// Settings by which PEFT trains more than pairs: `modules_to_save`, `bias`.
  let settingsBesidePairs: [String]
  /// Settings that say something and are passed over, as PEFT passes over them.
  private(set) var notes: [String]

  /// Reads the document.
  init(_ json: JSONValue) throws(AdapterFault) {
    guard json.objectValue != nil else {
      throw .malformedSetting(key: AdapterFileName.configuration.rawValue, expected: "an object")
    }
    try Self.refuseUnsupported(json)
    rank = try Self.number(json, "r", default: 8, as: "a positive integer") { $0.integerValue }
    alpha = try Self.number(json, "lora_alpha", default: 8, as: "a number") { $0.doubleValue }
    guard rank > 0 else { throw .malformedSetting(key: "r", expected: "a positive integer") }
    guard alpha.isFinite else { throw .malformedSetting(key: "lora_alpha", expected: "finite") }
    usesRootScaling = try Self.flag(json, "use_rslora")
    rankPattern = try ModulePattern.list(json, "rank_pattern")
    alphaPattern = try ModulePattern.list(json, "alpha_pattern")
    targets = try TargetSelection(json)
    baseModel = json["base_model_name_or_path"]?.stringValue
    let trainsBiases = ["all", "lora_only"].contains(json["bias"]?.stringValue)
    settingsBesidePairs =
      (targets.savedModules.isEmpty ? [] : ["modules_to_save"]) + (trainsBiases ? ["bias"] : [])
    notes = try Self.notes(json)
  }

  /// Scale times rank of a module, so that alpha / r is what PEFT multiplies by; the settings must
  /// agree with the rank that its tensors have.
  func alpha(of module: String, tensorRank: Int) throws(AdapterFault) -> Double {
    if let key = targets.settingLeavingOut(module) { throw .moduleNotTargeted(module, key: key) }
    let rank = rankPattern.first { $0.matches(module) }.map { Int($0.value) } ?? rank
    guard rank == tensorRank else {
      throw .wrongRank(module: module, settings: rank, tensors: tensorRank)
    }
    let alpha = alphaPattern.first { $0.matches(module) }?.value ?? alpha
    return usesRootScaling ? alpha * Double(tensorRank).squareRoot() : alpha
  }

  /// A note on every pattern that is for none of the modules: it may have been meant for one.
  func notes(onPatternsWithout modules: [String]) -> [String] {
    [("rank_pattern", rankPattern), ("alpha_pattern", alphaPattern)].flatMap { setting, patterns in
      patterns.filter { pattern in !modules.contains(where: pattern.matches) }
        .map { "\(quoted(setting)): \(quoted($0.key)) is for no module of the adapter" }
    }
  }

  // MARK: Reading

  private static func refuseUnsupported(_ json: JSONValue) throws(AdapterFault) {
    guard let type = json["peft_type"]?.stringValue else {
      throw .malformedSetting(key: "peft_type", expected: "a string")
    }
    guard type == "LORA" else { throw unsupported("peft_type", json["peft_type"]) }
    // Biases that were trained are tensors, which have to be the base model's.
    let biases = ["none", "all", "lora_only"]
    if let bias = json["bias"], !bias.isNull, !biases.contains(bias.stringValue ?? "") {
      throw unsupported("bias", bias)
    }
    for key in ["use_dora", "lora_bias", "use_qalora"] where try flag(json, key) {
      throw unsupported(key, json[key])
    }
    for key in [
      "layer_replication", "target_parameters", "alora_invocation_tokens", "megatron_config",
    ] {
      if let value = json[key], !value.isNull, !value.isEmptyCollection {
        throw unsupported(key, value)
      }
    }
    // An empty object stands for the defaults of a method that is in use.
    for key in [
      "arrow_config", "velora_config", "monteclora_config", "kasa_config", "use_bdlora",
    ] {
      if let value = json[key], !value.isNull, value.boolValue != false {
        throw unsupported(key, value)
      }
    }
    // An empty list wraps the embedding all the same, an empty object does not.
    if let value = json["trainable_token_indices"], !value.isNull,
      !(value.objectValue?.members.isEmpty ?? false)
    {
      throw unsupported("trainable_token_indices", value)
    }
    try refuseInitialization(json["init_lora_weights"])
  }

  /// Some ways to begin training also change the weights of the base model, and PEFT changes them
  /// again when it reads the adapter.
  private static func refuseInitialization(_ value: JSONValue?) throws(AdapterFault) {
    let harmless = ["gaussian", "eva", "orthogonal", "mica"]
    switch value {
    case nil, .null?, .bool?: return
    case .string(let name)? where harmless.contains(name.lowercased()): return
    default: throw unsupported("init_lora_weights", value)
    }
  }

  private static func notes(_ json: JSONValue) throws(AdapterFault) -> [String] {
    var notes: [String] = []
    if try flag(json, "fan_in_fan_out") {
      notes.append("'fan_in_fan_out' is passed over, as all layers are linear layers")
    }
    for member in json.objectValue?.members ?? [] where !known.contains(member.key) {
      notes.append("\(quoted(member.key)) is no setting of LoRA that is known and is passed over")
    }
    return notes
  }

  /// The settings of LoRA in PEFT 0.21 (`LoraConfig`).
  private static let known: Set<String> = [
    "task_type", "peft_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision",
    "inference_mode", "r", "target_modules", "exclude_modules", "lora_alpha", "lora_dropout",
    "fan_in_fan_out", "bias", "use_rslora", "modules_to_save", "init_lora_weights",
    "layers_to_transform", "layers_pattern", "rank_pattern", "alpha_pattern", "megatron_config",
    "megatron_core", "trainable_token_indices", "loftq_config", "eva_config", "corda_config",
    "lora_ga_config", "use_dora", "velora_config", "alora_invocation_tokens", "use_qalora",
    "qalora_group_size", "monteclora_config", "layer_replication", "runtime_config", "lora_bias",
    "target_parameters", "use_bdlora", "arrow_config", "kasa_config", "ensure_weight_tying",
  ]

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
    .unsupportedSetting(key: key, value: shown(value))
  }

  /// A value as a message shows it.
  static func shown(_ value: JSONValue?) -> String { String((value?.text() ?? "").prefix(80)) }
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
