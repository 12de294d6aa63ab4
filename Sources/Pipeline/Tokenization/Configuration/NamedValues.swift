import OrderedJSON

/// The named tokens of a tokenizer while its files are read, one after the other.
struct NamedValues {
  private var values: [String: TokenValue] = [:]
  /// Names of the model's own: those that keys imply, and those that are given in a map.
  private var implied: [String] = []
  private var given: [String] = []

  private static let switches = ["add_bos_token", "add_eos_token"]

  /// Reads a `tokenizer_config.json`: the usual names, any other key that ends with `_token` and
  /// holds a token, and the map that `extra_special_tokens` may be.
  mutating func read(_ section: JSONSection) throws(TokenizerError) {
    guard let object = section.value.objectValue else { return }
    for member in object.members {
      let value = JSONSection(value: member.value, path: section.path(of: member.key))
      if ConfiguredTokens.names.contains(member.key) {
        try set(member.key, value)
      } else if member.key.hasSuffix("_token"), !Self.switches.contains(member.key),
        member.value.stringValue != nil || member.value["content"] != nil
      {
        try set(member.key, value)
        // A text goes with the names that are given, an object with those that are found later.
        if member.value.stringValue == nil { implied.append(member.key) } else { give(member.key) }
      }
    }
    let extra = section.optional("extra_special_tokens")
    try readMap(extra)
    if given.isEmpty { try readMap(section.optional("model_specific_special_tokens")) }
  }

  /// Reads a `special_tokens_map.json`, which overrules what was read before.
  mutating func override(with section: JSONSection) throws(TokenizerError) {
    guard let object = section.value.objectValue else { return }
    for member in object.members {
      let value = JSONSection(value: member.value, path: section.path(of: member.key))
      if ConfiguredTokens.names.contains(member.key) {
        try set(member.key, value, isSpecial: true)
      } else if member.key.hasSuffix("_token"), !member.value.isNull {
        try set(member.key, value, isSpecial: true)
        if !given.contains(member.key) { implied.append(member.key) }
      }
    }
    try readMap(section.optional("extra_special_tokens"))
  }

  private mutating func readMap(_ section: JSONSection?) throws(TokenizerError) {
    for member in section?.value.objectValue?.members ?? [] {
      try set(
        member.key,
        JSONSection(value: member.value, path: section?.path(of: member.key) ?? member.key))
      give(member.key)
    }
  }

  private mutating func give(_ name: String) {
    if !given.contains(name) { given.append(name) }
  }

  private mutating func set(
    _ name: String, _ section: JSONSection, isSpecial: Bool? = nil
  ) throws(TokenizerError) {
    values[name] = section.value.isNull ? nil : try TokenValue(section, isSpecial: isSpecial)
  }

  /// The texts of the tokens that the files name.
  var writtenContents: Set<String> {
    Set(values.values.map(\.content))
  }

  /// The tokens in the order in which they are added: the usual names first.
  ///
  /// - Parameter change: What becomes of a token that a file names.
  /// - Returns: Names and tokens.
  func ordered(
    _ change: (_ name: String, _ value: TokenValue) -> TokenValue
  ) -> [(name: String, value: TokenValue)] {
    var seen: Set<String> = []
    return (ConfiguredTokens.names + implied + given).compactMap { name in
      guard seen.insert(name).inserted else { return nil }
      return values[name].map { (name, change(name, $0)) }
    }
  }
}
