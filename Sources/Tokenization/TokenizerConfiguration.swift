import OrderedJSON

/// What a `tokenizer_config.json` says about tokens.
struct TokenizerConfiguration {
  /// The token that a text begins with.
  let beginningOfText: String?
  /// The token that a text ends with.
  let endOfText: String?
  private let added: [AddedToken]
  private let named: [String]

  /// Reads a configuration.
  init(_ section: JSONSection) throws(TokenizerError) {
    added = try Self.added(section)
    var named: [String] = []
    for purpose in Self.purposes {
      if let token = try Self.content(section.optional(purpose)) { named.append(token) }
    }
    for element in try section.optional("additional_special_tokens")?.elements() ?? [] {
      if let token = try Self.content(element) { named.append(token) }
    }
    self.named = named
    beginningOfText = try Self.content(section.optional("bos_token"))
    endOfText = try Self.content(section.optional("eos_token"))
  }

  private static let purposes = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  /// The tokens of `added_tokens_decoder`, whose keys are their ids.
  private static func added(_ section: JSONSection) throws(TokenizerError) -> [AddedToken] {
    guard let decoder = section.optional("added_tokens_decoder") else { return [] }
    var tokens: [(id: Int, token: AddedToken)] = []
    for member in try decoder.members() {
      let path = decoder.path(of: member.key)
      guard let id = Int(member.key) else {
        throw .invalid(key: path, value: member.key, reason: "the key should be a token id")
      }
      tokens.append((id, try AddedToken(JSONSection(value: member.value, path: path))))
    }
    return tokens.sorted { $0.id < $1.id }.map(\.token)
  }

  /// A token written as a string or as an object with its content.
  private static func content(_ section: JSONSection?) throws(TokenizerError) -> String? {
    guard let section else { return nil }
    if section.value.stringValue != nil { return try section.string() }
    return try section.required("content").string()
  }

  /// The added tokens of a tokenizer.json and those of this configuration.
  func extending(_ tokens: [AddedToken]) -> [AddedToken] {
    let all = tokens + added
    var known = ByteStringTable()
    for token in all { _ = known.insert(token.content[...]) }
    return all + named.filter { known.number(of: Array($0.utf8)) == nil }.map(AddedToken.init)
  }
}
