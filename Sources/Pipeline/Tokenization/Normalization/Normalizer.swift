import TextPatterns

/// The section `normalizer`: how a text is changed before it is split.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case form(UnicodeNormalForm)
  case prepend([UInt8])
  case replace(TextPattern, content: [UInt8])
  case lowercase
  case strip(left: Bool, right: Bool)
  case remove(ScalarTable)
  case byteLevel

  /// Reads a normaliser.
  init(_ section: JSONSection) throws(TokenizerError) {
    let type = try section.type()
    if let form = UnicodeNormalForm(rawValue: type) {
      self = .form(form)
      return
    }
    switch type {
    case "Sequence":
      var parts: [Normalizer] = []
      for element in try section.required("normalizers").elements() {
        parts.append(try Normalizer(element))
      }
      self = .sequence(parts)
    case "Prepend":
      let prefix = try section.required("prepend").string()
      guard prefix.utf8.count <= Self.prefixLimit else {
        throw .invalid(
          key: section.path(of: "prepend"), value: prefix,
          reason: "it is longer than \(Self.prefixLimit) bytes")
      }
      self = .prepend(Array(prefix.utf8))
    case "Replace":
      let content = Array(try section.required("content").string().utf8)
      self = .replace(try TextPattern(try section.required("pattern")), content: content)
    case "Lowercase": self = .lowercase
    case "Strip":
      self = .strip(
        left: try section.required("strip_left").boolean(),
        right: try section.required("strip_right").boolean())
    case "StripAccents": self = .remove(ScalarTable(Self.accents))
    case "ByteLevel": self = .byteLevel
    default: throw section.unsupportedType(type)
    }
  }

  /// A prefix goes before every stretch between two added tokens.
  private static let prefixLimit = 100

  /// The patterns that it looks for.
  var patterns: [TextPattern] {
    switch self {
    case .sequence(let parts): parts.flatMap(\.patterns)
    case .replace(let pattern, _): [pattern]
    default: []
    }
  }

  /// Whether it spells bytes by the byte-level alphabet.
  var spellsBytes: Bool {
    switch self {
    case .byteLevel: true
    case .sequence(let parts): parts.contains(where: \.spellsBytes)
    default: false
    }
  }

  /// How many times longer it can make a text, at most, apart from a fixed number of bytes.
  private var growth: Double {
    switch self {
    case .sequence(let parts): parts.reduce(1) { $0 * $1.growth }
    case .form(.nfc), .form(.nfd): 3
    case .form(.nfkc), .form(.nfkd): 11
    case .prepend, .strip, .remove: 1
    case .replace(let pattern, let content): pattern.growth(replacingBy: content)
    case .lowercase: 1.5
    case .byteLevel: 2
    }
  }

  /// Refuses a chain of replacements that could make any text fill the memory.
  func checkGrowth(_ key: String) throws(TokenizerError) {
    try TextPattern.check(growth: growth, key)
  }

  /// Combining marks as of Unicode 9, which disagrees with later versions about three.
  private static let accents = CharacterDatabase.scalars(.normalization, in: .mark)
    .subtracting(ScalarSet([0x111c9...0x111c9])).union(ScalarSet([0x1cf2...0x1cf3]))
}
