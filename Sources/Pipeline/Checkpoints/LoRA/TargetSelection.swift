import OrderedJSON

/// Which modules the settings of an adapter give a change to.
///
/// Source: `check_target_module_exists` in PEFT's `tuners_utils.py`.
struct TargetSelection {
  private enum Names {
    /// Those whose names are, or end in, one of these.
    case endings([String])
    /// Those whose whole names an expression matches.
    case expression(NamePattern)
    /// All linear layers but the head.
    case allLinear

    func contains(_ module: String) -> Bool {
      switch self {
      case .endings(let endings): endings.contains { $0.isSuffixOfModule(module) }
      case .expression(let pattern): pattern.matches(module)
      case .allLinear: !"lm_head".isSuffixOfModule(module)
      }
    }
  }

  private let targets: Names
  private let excluded: Names?
  private let layers: [Int]?
  private let layersPatterns: [String]
  /// Modules that are trained and saved whole.
  let savedModules: [String]

  /// Reads `target_modules`, `exclude_modules`, `layers_to_transform`, `layers_pattern` and
  /// `modules_to_save`.
  init(_ json: JSONValue) throws(AdapterFault) {
    guard let targets = try Self.names(json, "target_modules") else {
      throw .malformedSetting(key: "target_modules", expected: "a string or a list of strings")
    }
    self.targets = targets
    excluded = try Self.names(json, "exclude_modules")
    layers = try Self.layers(json)
    layersPatterns = try Self.strings(json, "layers_pattern")
    savedModules = try Self.strings(json, "modules_to_save")
    for key in ["layers_to_transform", "layers_pattern"] {
      // PEFT refuses both beside an expression.
      if json["target_modules"]?.stringValue != nil, let value = json[key], !value.isNull {
        throw .unsupportedSetting(key: key, value: LoRASettings.shown(value))
      }
    }
    let isWithoutLayers = json["layers_to_transform"]?.isNull ?? true
    if isWithoutLayers, !layersPatterns.isEmpty {
      throw .unsupportedSetting(
        key: "layers_pattern", value: LoRASettings.shown(json["layers_pattern"]))
    }
  }

  /// The setting that leaves a module out, or nil when none does.
  func settingLeavingOut(_ module: String) -> String? {
    if excluded?.contains(module) ?? false { return "exclude_modules" }
    if savedModules.contains(where: { $0.names(module) }) { return "modules_to_save" }
    if !targets.contains(module) { return "target_modules" }
    guard let layers else { return nil }
    guard let layer = layer(of: module) else {
      return layersPatterns.isEmpty ? "layers_to_transform" : "layers_pattern"
    }
    return layers.contains(layer) ? nil : "layers_to_transform"
  }

  /// The first number in a module's name that stands behind a list of layers.
  private func layer(of module: String) -> Int? {
    let parts = module.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    for pattern in layersPatterns.isEmpty ? [nil] : layersPatterns.map(Optional.some) {
      for (index, part) in parts.enumerated().dropLast() where Self.isNumber(part) {
        let before = parts[..<index].joined(separator: ".")
        // Without a pattern a list of layers is anything inside something else.
        if pattern?.isSuffixOfModule(before) ?? (index > 1) { return Int(part) }
      }
    }
    return nil
  }

  private static func isNumber(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  // MARK: Reading

  /// A list of names or an expression; nil for nothing.
  private static func names(_ json: JSONValue, _ key: String) throws(AdapterFault) -> Names? {
    switch json[key] {
    case nil, .null?: return nil
    case .string(let text)?:
      if key == "target_modules", text.lowercased() == "all-linear" { return .allLinear }
      return text.isEmpty ? nil : .expression(try NamePattern(text, setting: key))
    default: return .endings(try strings(json, key))
    }
  }

  /// A string or a list of them; none for nothing.
  private static func strings(_ json: JSONValue, _ key: String) throws(AdapterFault) -> [String] {
    guard let value = json[key], !value.isNull else { return [] }
    if let text = value.stringValue, key == "layers_pattern" { return text.isEmpty ? [] : [text] }
    let strings = value.arrayValue?.compactMap(\.stringValue)
    guard let strings, strings.count == value.arrayValue?.count else {
      throw .malformedSetting(key: key, expected: "a string or a list of strings")
    }
    // PEFT makes expressions of these; a plain name is one that stands for itself.
    if key != "target_modules", key != "exclude_modules",
      let odd = strings.first(where: { !$0.utf8.allSatisfy(isPlain) })
    {
      throw .unsupportedPattern(key: key, pattern: odd)
    }
    return strings
  }

  private static func isPlain(_ byte: UInt8) -> Bool { !#"\^$*+?{}[]|()"#.utf8.contains(byte) }

  private static func layers(_ json: JSONValue) throws(AdapterFault) -> [Int]? {
    guard let value = json["layers_to_transform"], !value.isNull else { return nil }
    if let layer = value.integerValue { return [layer] }
    let layers = value.arrayValue?.compactMap(\.integerValue)
    guard let layers, layers.count == value.arrayValue?.count else {
      throw .malformedSetting(key: "layers_to_transform", expected: "a list of integers")
    }
    return layers.isEmpty ? nil : layers
  }
}

extension String {
  /// Whether this is the name of a module, or of one that holds it.
  func names(_ module: String) -> Bool {
    isSuffixOfModule(module) || module.utf8.starts(with: (self + ".").utf8)
      || module.utf8.contains((".\(self).").utf8)
  }
}
