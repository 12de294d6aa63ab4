import ModelFiles
import OrderedJSON

/// The tokens that the files beside a `tokenizer.json` add, as `transformers` 5 reads them.
///
/// With `added_tokens_decoder` in the configuration, that and the configuration's named tokens count.
/// Without it, `special_tokens_map.json` overrules the configuration, and the tokens of
/// `added_tokens.json` count too. Tokens are added in the order of the ids that the files give
/// them, but get the ids that are next; then those with a name, in the order of their names; then
/// those without. A token with a name is special, whatever its flags say.
struct ConfiguredTokens {
  /// The tokens that have a name, such as `eos_token`, by it, in the order they are added.
  private(set) var named: [(name: String, value: TokenValue)] = []
  private var extra: [TokenValue] = []
  private var listed: [Int: AddedToken] = [:]

  /// The names that every tokenizer may have a token for.
  static let names = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// Reads the files.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - own: The added tokens of the `tokenizer.json` with the ids that it gives them.
  /// - Throws: `TokenizerError` with the file and the key in it.
  init(
    _ files: TokenizerFiles, own: [(id: Int, token: AddedToken)]
  ) throws(TokenizerError) {
    let section = JSONSection(
      value: files.configuration, path: DocumentName.tokenizerConfiguration.rawValue)
    var keys = NamedValues()
    try keys.read(section)
    extra = try Self.list(section.truthy("extra_special_tokens"))
    let hasExtra = files.configuration["extra_special_tokens"] != nil
    let additional = try Self.list(section.truthy("additional_special_tokens"))
    if section.truthy("extra_special_tokens") == nil { extra = additional }
    if let decoder = section.optional("added_tokens_decoder") {
      listed = try Self.listed(decoder)
    } else {
      let map = JSONSection(
        value: files.specialTokensMap, path: DocumentName.specialTokensMap.rawValue)
      try keys.override(with: map)
      try mergeExtra(of: map, replaces: !hasExtra && additional.isEmpty)
      let added = JSONSection(value: files.addedTokens, path: DocumentName.addedTokens.rawValue)
      try readIDs(added, special: keys.writtenContents.union(extra.map(\.content)))
      for (id, token) in own { listed[id] = token }
    }
    named = keys.ordered { name, value in
      guard Self.names.contains(name) else { return value }
      return listed.values.first { $0.content.elementsEqual(value.content.utf8) }
        .map(TokenValue.token) ?? value
    }
  }

  /// The tokens of a list; those of a map have names.
  private static func list(
    _ section: JSONSection?, isSpecial: Bool? = nil
  ) throws(TokenizerError) -> [TokenValue] {
    guard let section, section.value.objectValue == nil else { return [] }
    return try section.elements().map { (element) throws(TokenizerError) in
      try TokenValue(element, isSpecial: isSpecial)
    }
  }

  /// The tokens of `added_tokens_decoder`, whose keys are their ids.
  private static func listed(_ section: JSONSection) throws(TokenizerError) -> [Int: AddedToken] {
    var tokens: [Int: AddedToken] = [:]
    for member in try section.members() {
      let path = section.path(of: member.key)
      guard let id = Int(member.key) else {
        throw .invalid(key: path, value: member.key, reason: "the key should be a token id")
      }
      tokens[id] = try AddedToken(partial: JSONSection(value: member.value, path: path))
    }
    return tokens
  }

  /// A map's list of special tokens is appended, and its older name counts where nothing else does.
  private mutating func mergeExtra(
    of map: JSONSection, replaces: Bool
  ) throws(TokenizerError) {
    for value in try Self.list(map.optional("extra_special_tokens"), isSpecial: true)
    where !extra.contains(where: { $0.isWritten(as: value) }) {
      extra.append(value)
    }
    if replaces, map.optional("extra_special_tokens") == nil {
      extra = try Self.list(map.optional("additional_special_tokens"))
    }
  }

  /// The tokens of `added_tokens.json` and their ids.
  private mutating func readIDs(
    _ section: JSONSection, special: Set<String>
  ) throws(TokenizerError) {
    guard !section.value.isNull else { return }
    for member in try section.members() {
      let value = JSONSection(value: member.value, path: section.path(of: member.key))
      let isSpecial = special.contains { $0.utf8.elementsEqual(member.key.utf8) }
      listed[Int(try value.tokenID())] = AddedToken(
        content: member.key, isNormalized: !isSpecial, isSpecial: isSpecial)
    }
  }

  /// All tokens to add, in order.
  ///
  /// - Parameter own: The added tokens that are there already.
  /// - Returns: The tokens; some may be there already, with other flags.
  func added(to own: [AddedToken]) -> [AddedToken] {
    var known = ByteStringTable()
    for token in own + listed.values { _ = known.insert(token.content[...]) }
    var values: [TokenValue] = []
    for value in named.map(\.value) + extra
    where known.number(of: Array(value.content.utf8)) == nil
      && !values.contains(where: { $0.isWritten(as: value) })
    {
      values.append(value)
    }
    let tokens = listed.sorted { $0.key < $1.key }.map(\.value) + values.map(\.token)
    return tokens.map { token in
      let isNamed = named.contains { $0.value.content.utf8.elementsEqual(token.content) }
      return isNamed ? token.special : token
    }
  }
}

extension JSONSection {
  /// The member unless Python takes it for false: null, or an empty list or map.
  fileprivate func truthy(_ key: String) -> JSONSection? {
    guard let member = optional(key) else { return nil }
    let isEmpty = member.value.arrayValue?.isEmpty ?? member.value.objectValue?.members.isEmpty
    return isEmpty ?? false ? nil : member
  }
}
