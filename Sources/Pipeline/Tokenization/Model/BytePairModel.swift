import OrderedJSON
import TextPatterns

/// A byte-pair encoding: single characters, joined pair by pair in the order of the merges.
struct BytePairModel: Sendable {
  let vocabulary: Vocabulary
  /// What a pair of token ids becomes: rank << 32 | id of the joined token.
  let merges: PairTable
  /// The token that stands for what the vocabulary does not have.
  let unknownID: UInt32?
  /// Whether neighbouring unknown characters become one token.
  let fusesUnknown: Bool
  /// The tokens `<0x00>` to `<0xFF>`, when characters fall back to their bytes.
  let byteIDs: [UInt32?]
  /// Whether a word that is a token itself is taken whole, whatever the merges say.
  let ignoresMerges: Bool
  /// What the vocabulary puts before characters inside a word.
  let continuingPrefix: [UInt8]
  /// What the vocabulary puts behind the last character of a word.
  let endSuffix: [UInt8]

  /// Whether a word can be encoded in parts, each beginning with a space, with the same result.
  ///
  /// So it is with SentencePiece's models, which know no word boundaries and take a text whole: a
  /// merge never joins a space to a letter before it.
  private let breaksAtSpaces: Bool

  /// Reads the section `model`.
  init(_ section: JSONSection) throws(TokenizerError) {
    try Self.checkType(section)
    let vocabulary = try Vocabulary(try section.required("vocab"))
    let prefix = try section.optionalString("continuing_subword_prefix") ?? ""
    self.vocabulary = vocabulary
    continuingPrefix = Array(prefix.utf8)
    endSuffix = Array((try section.optionalString("end_of_word_suffix") ?? "").utf8)
    let reader = try MergeReader(
      try section.required("merges"), vocabulary: vocabulary, prefix: continuingPrefix)
    merges = reader.merges
    unknownID = try Self.unknownID(section, vocabulary)
    fusesUnknown = try section.boolean("fuse_unk", default: false)
    ignoresMerges = try section.boolean("ignore_merges", default: false)
    byteIDs =
      try section.boolean("byte_fallback", default: false)
      ? (UInt8.min...UInt8.max).map { vocabulary.id(of: $0.fallbackToken) } : []
    breaksAtSpaces =
      reader.keepsSpacesFirst && vocabulary.id(of: Metaspace.space[...]) != nil
      && !ignoresMerges && continuingPrefix.isEmpty && endSuffix.isEmpty
  }

  /// Where a word can be broken into parts that are encoded by themselves.
  func breaks(in word: Range<Int>, of text: [UInt8]) -> [Int] {
    guard breaksAtSpaces else { return [] }
    let space = Metaspace.space
    var breaks: [Int] = []
    var position = word.lowerBound
    var isBehindSpace = true  // as before the first character
    while position < word.upperBound {
      let isSpace = text[position] == space[0] && text[position...].starts(with: space)
      if isSpace, !isBehindSpace { breaks.append(position) }
      isBehindSpace = isSpace
      position = text.scalar(at: position).end
    }
    return breaks
  }

  /// Only byte-pair encoding is implemented; files from before types were written have none.
  private static func checkType(_ section: JSONSection) throws(TokenizerError) {
    guard section.value.objectValue != nil else {
      throw .wrongType(key: section.path, expected: "an object", found: section.value.kind)
    }
    if let type = try section.optionalString("type"), type != "BPE" {
      throw section.unsupportedType(type)
    }
    if let dropout = section.optional("dropout"), dropout.value.doubleValue != 0 {
      throw .unsupported(key: dropout.path, value: dropout.value.text())
    }
  }

  private static func unknownID(
    _ section: JSONSection, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> UInt32? {
    guard let token = try section.optionalString("unk_token") else { return nil }
    guard let id = vocabulary.id(of: token) else {
      throw .unknownToken(key: section.path(of: "unk_token"), token: token)
    }
    return id
  }
}

extension UInt8 {
  /// The token that stands for this byte when characters fall back to bytes: `<0x0A>`.
  var fallbackToken: String {
    let digits = String(self, radix: 16, uppercase: true)
    return "<0x" + (digits.utf8.count == 1 ? "0" : "") + digits + ">"
  }
}
