import TextPatterns

/// The section `pre_tokenizer`: how a text is split into the words that are encoded one by one.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case split(TextPattern, SplitBehavior, inverted: Bool)
  case byteLevel(ByteLevel)
  case metaspace(Metaspace)

  /// Reads a pre-tokenizer.
  init(_ section: JSONSection) throws(TokenizerError) {
    let type = try section.type()
    switch type {
    case "Sequence":
      var parts: [PreTokenizer] = []
      for element in try section.required("pretokenizers").elements() {
        parts.append(try PreTokenizer(element))
      }
      self = .sequence(parts)
    case "Split":
      self = .split(
        try TextPattern(try section.required("pattern")),
        try SplitBehavior(try section.required("behavior")),
        inverted: try section.required("invert").boolean())
    case "ByteLevel": self = .byteLevel(try ByteLevel(section))
    case "Metaspace": self = .metaspace(try Metaspace(section))
    case "Digits":
      let individually = try section.required("individual_digits").boolean()
      self = .split(Self.digit, individually ? .isolated : .contiguous, inverted: false)
    case "Whitespace": self = .split(Self.wordOrSymbols, .removed, inverted: true)
    case "WhitespaceSplit": self = .split(Self.whiteSpace, .removed, inverted: false)
    case "Punctuation":
      self = .split(Self.punctuation, try Self.punctuationBehavior(section), inverted: false)
    default: throw section.unsupportedType(type)
    }
  }

  /// The parts in order, sequences within sequences spread out.
  var steps: [PreTokenizer] {
    if case .sequence(let parts) = self { parts.flatMap(\.steps) } else { [self] }
  }

  /// The pattern that it splits at.
  var pattern: TextPattern? {
    switch self {
    case .split(let pattern, _, _): pattern
    case .byteLevel(let level): level.pattern
    case .sequence, .metaspace: nil
    }
  }

  private static func punctuationBehavior(
    _ section: JSONSection
  ) throws(TokenizerError) -> SplitBehavior {
    guard let behavior = section.optional("behavior") else { return .isolated }
    return try SplitBehavior(behavior)
  }

  // MARK: Patterns

  private static let digit = TextPattern(
    scalarOf: CharacterDatabase.scalars(.rust, in: .number))

  /// `\w+|[^\w\s]+` as Rust's regular expressions have it.
  private static let wordOrSymbols = TextPattern(runsOf: [
    CharacterDatabase.rustWord,
    CharacterDatabase.rustWord.union(CharacterDatabase.whiteSpace).inverted,
  ])

  private static let whiteSpace = TextPattern(scalarOf: CharacterDatabase.whiteSpace)

  /// ASCII counts its symbols too, and Unicode 8 had two more than later versions.
  private static let punctuation = TextPattern(
    scalarOf: CharacterDatabase.scalars(.punctuation, in: .punctuation)
      .union(ScalarSet([0x21...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e]))
      .union(ScalarSet([0x166d...0x166d, 0x111c9...0x111c9])))
}
