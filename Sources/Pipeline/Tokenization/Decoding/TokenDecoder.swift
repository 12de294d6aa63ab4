import TextPatterns

/// The section `decoder`: how the spellings of tokens become text again.
indirect enum TokenDecoder: Sendable {
  case sequence([TokenDecoder])
  case byteLevel
  case byteFallback
  case fuse
  case strip(scalar: [UInt8], start: Int, stop: Int)
  case replace(TextPattern, content: [UInt8])
  case metaspace(Metaspace)
  case suffix([UInt8])

  /// Reads a decoder.
  init(_ section: JSONSection) throws(TokenizerError) {
    let type = try section.type()
    switch type {
    case "Sequence":
      var parts: [TokenDecoder] = []
      for element in try section.required("decoders").elements() {
        parts.append(try TokenDecoder(element))
      }
      self = .sequence(parts)
    case "ByteLevel": self = .byteLevel
    case "ByteFallback": self = .byteFallback
    case "Fuse": self = .fuse
    case "Strip":
      self = .strip(
        scalar: Array(String(try section.required("content").scalar()).utf8),
        start: try section.required("start").count(), stop: try section.required("stop").count())
    case "Replace":
      let content = Array(try section.required("content").string().utf8)
      self = .replace(try TextPattern(try section.required("pattern")), content: content)
    case "Metaspace": self = .metaspace(try Metaspace(section))
    case "BPEDecoder": self = .suffix(Array(try section.required("suffix").string().utf8))
    default: throw section.unsupportedType(type)
    }
  }

  /// How many times longer it can make a text, at most.
  private var growth: Double {
    switch self {
    case .sequence(let parts): parts.reduce(1) { $0 * $1.growth }
    case .replace(let pattern, let content): pattern.growth(replacingBy: content)
    // A byte that is no character becomes U+FFFD, three bytes; a space goes between characters.
    case .byteLevel, .byteFallback, .suffix: 3
    case .fuse, .strip, .metaspace: 1
    }
  }

  /// Refuses a chain of replacements that could make any text fill the memory.
  func checkGrowth(_ key: String) throws(TokenizerError) {
    try TextPattern.check(growth: growth, key)
  }

  /// Decodes a list of tokens into a list of stretches of text, all in valid UTF-8.
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .sequence(let parts): parts.reduce(tokens) { $1.decode($0) }
    case .byteLevel: [Self.repaired(tokens.flatMap(Self.bytes))]
    case .byteFallback: Self.joiningByteTokens(tokens)
    case .fuse: [Array(tokens.joined())]
    case .strip(let scalar, let start, let stop):
      tokens.map { Self.stripped($0, of: scalar, start: start, stop: stop) }
    case .replace(let pattern, let content):
      tokens.map { Self.replaced($0, pattern, by: content) }
    case .metaspace(let metaspace):
      tokens.enumerated().map { Self.spaced($1, metaspace, isFirst: $0 == 0) }
    case .suffix(let suffix):
      tokens.enumerated().map { index, token in
        let content = index == tokens.count - 1 ? [] : [UInt8(ascii: " ")]
        return Self.replaced(
          token, TextPattern(literal: String(decoding: suffix, as: UTF8.self)), by: content)
      }
    }
  }
}
