import OrderedJSON

/// The tokens that the metadata of a GGUF file list, with what is said about each.
struct GGUFVocabulary {
  /// What kind of token it is, by llama.cpp's numbers.
  enum Kind: Int {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// The tokens in the order of their ids.
  private(set) var tokens: [String]
  /// The kinds, as many as tokens; all normal when the file says nothing.
  let kinds: [Kind]
  private let metadata: JSONSection

  /// The ids of special tokens that llama.cpp takes for granted where the file does not say.
  private var impliedIDs: [String: Int] = [:]

  /// Reads `tokenizer.ggml.tokens` and `tokenizer.ggml.token_type`.
  init(_ metadata: JSONSection) throws(TokenizerError) {
    self.metadata = metadata
    var tokens: [String] = []
    for element in try metadata.required(Self.key("tokens")).elements() {
      tokens.append(try element.string())
    }
    self.tokens = tokens
    kinds = try Self.kinds(metadata, count: tokens.count)
    if try metadata.optionalString(Self.key("model")) == "llama" {
      impliedIDs = ["bos_token_id": 1, "eos_token_id": 2, "unknown_token_id": 0]
    }
    try refuseUnsupported()
  }

  /// Refuses by name what changes the ids of a text and is not taken up.
  private func refuseUnsupported() throws(TokenizerError) {
    for name in [
      "add_sep_token", "remove_extra_whitespaces", "normalizer.lowercase",
      "normalizer.strip_accents",
    ] where try flag(name, default: false) {
      throw .unsupported(key: Self.key(name), value: "true")
    }
    if let map = metadata.optional(Self.key("precompiled_charsmap")),
      !(map.value.arrayValue?.isEmpty ?? false)
    {
      throw .unsupported(key: map.path, value: map.value.kind)
    }
  }

  /// Whether the file holds a token of this text.
  func contains(_ token: String) -> Bool { tokens.contains { $0.utf8.elementsEqual(token.utf8) } }

  /// The same with runs of spaces spelled as SentencePiece does.
  ///
  /// Some converters write such tokens with plain spaces, which no normalised text has.
  func spellingSpaces() -> GGUFVocabulary {
    var copy = self
    copy.tokens = tokens.map { token in
      token.utf8.allSatisfy { $0 == 0x20 }
        ? String(repeating: "\u{2581}", count: token.utf8.count) : token
    }
    return copy
  }

  /// A key of the tokenizer's metadata.
  static func key(_ name: String) -> String { "tokenizer.ggml.\(name)" }

  private static func kinds(
    _ metadata: JSONSection, count: Int
  ) throws(TokenizerError) -> [Kind] {
    guard let section = metadata.optional(key("token_type")) else {
      return Array(repeating: .normal, count: count)
    }
    var kinds: [Kind] = []
    for element in try checked(section, count: count) {
      let number = try element.count()
      guard let kind = Kind(rawValue: number) else {
        throw .unsupported(key: element.path, value: "\(number)")
      }
      kinds.append(kind)
    }
    return kinds
  }

  /// The elements of an array that has one for each token.
  private static func checked(
    _ section: JSONSection, count: Int
  ) throws(TokenizerError) -> [JSONSection] {
    let elements = try section.elements()
    guard elements.count == count else {
      throw .invalid(
        key: section.path, value: "\(elements.count) elements", reason: "there are \(count) tokens")
    }
    return elements
  }

  /// The score of each token.
  func scores() throws(TokenizerError) -> [Double] {
    let section = try metadata.required(Self.key("scores"))
    var scores: [Double] = []
    for element in try Self.checked(section, count: tokens.count) {
      guard let score = element.value.doubleValue else {
        throw .wrongType(key: element.path, expected: "a number", found: element.value.kind)
      }
      // What is not a number has no place in an order.
      guard !score.isNaN else {
        throw .invalid(key: element.path, value: "nan", reason: "scores are ordered")
      }
      scores.append(score)
    }
    return scores
  }

  /// The id that a key holds, or nil when the file has no such key.
  func id(_ name: String) throws(TokenizerError) -> Int? {
    guard let section = metadata.optional(Self.key(name)) else {
      return impliedIDs[name].flatMap { $0 < tokens.count ? $0 : nil }
    }
    let id = Int(try section.tokenID())
    guard id < tokens.count else {
      throw .invalid(
        key: section.path, value: "\(id)", reason: "there are \(tokens.count) tokens")
    }
    return id
  }

  /// A yes or no, with the default that llama.cpp has for it.
  func flag(_ name: String, default fallback: Bool) throws(TokenizerError) -> Bool {
    try metadata.boolean(Self.key(name), default: fallback)
  }

  // MARK: Sections of a tokenizer.json

  /// `model.vocab`.
  var vocabulary: JSONValue {
    .object(
      JSONObject(
        tokens.enumerated().map { JSONObject.Member(key: $1, value: .integer($0)) }))
  }

  /// `added_tokens`: those that are looked for in the text itself.
  var addedTokens: JSONValue {
    var added: [JSONValue] = []
    for (id, (token, kind)) in zip(tokens, kinds).enumerated() {
      guard kind == .control || kind == .userDefined || kind == .unknown else { continue }
      added.append([
        "id": .integer(id), "content": .string(token), "single_word": false, "lstrip": false,
        "rstrip": .bool(takesSpaceBehind(token)), "normalized": false,
        "special": .bool(kind != .userDefined),
      ])
    }
    return .array(added)
  }

  /// Whether the white space behind a special token is part of it.
  ///
  /// No key says so; llama.cpp knows the models by their name.
  private func takesSpaceBehind(_ token: String) -> Bool {
    guard let name = metadata.optional("general.name")?.value.stringValue?.lowercased(),
      name.contains("phi-3") || name.contains("phi3")
    else { return false }
    return !["<unk>", "<s>", "<|endoftext|>"].contains(token)
  }

  /// `post_processor`: the tokens at the beginning and the end of a text.
  func postProcessor(addsBeginning: Bool) throws(TokenizerError) -> JSONValue {
    let adding: [(name: String, isAdded: Bool)] = [
      ("bos_token_id", try flag("add_bos_token", default: addsBeginning)),
      ("eos_token_id", try flag("add_eos_token", default: false)),
    ]
    let text: JSONValue = ["Sequence": ["id": "A", "type_id": 0]]
    var pieces = [text]
    var specials = JSONObject()
    for (index, (name, isAdded)) in adding.enumerated() where isAdded {
      // Silence would leave out what the text begins or ends with.
      guard let id = try id(name) else { throw .missing(key: Self.key(name)) }
      let token = JSONValue.string(tokens[id])
      let piece: JSONValue = ["SpecialToken": ["id": token, "type_id": 0]]
      pieces = index == 0 ? [piece] + pieces : pieces + [piece]
      specials[tokens[id]] = ["id": token, "ids": [.integer(id)], "tokens": [token]]
    }
    guard pieces.count > 1 else { return .null }
    return [
      "type": "TemplateProcessing", "single": .array(pieces), "pair": .array(pieces),
      "special_tokens": .object(specials),
    ]
  }
}
