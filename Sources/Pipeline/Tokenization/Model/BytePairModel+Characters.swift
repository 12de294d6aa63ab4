/// The tokens of single characters, which merging starts from.
extension BytePairModel {
  /// Splits a word into its characters.
  ///
  /// A character that the vocabulary does not have becomes its byte tokens, if all of them exist,
  /// or else the unknown token, or nothing when there is none.
  func characters(of word: ArraySlice<UInt8>) -> [WordMerger.Piece] {
    var characters = CharacterList(self, capacity: word.count)
    var position = word.startIndex
    while position < word.endIndex {
      let end = min(position + Self.length(ofScalarWithLead: word[position]), word.endIndex)
      let range = (position - word.startIndex)..<(end - word.startIndex)
      let spelling = spelling(of: word[position..<end], in: word)
      if let id = vocabulary.id(of: spelling) {
        characters.append(id, range)
      } else if let fallback = byteTokens(spelling) {
        characters.append(fallback: fallback, range)
      } else {
        characters.appendUnknown(range)
      }
      position = end
    }
    return characters.finished()
  }

  /// Splits a word of a byte-level tokenizer into its bytes.
  func characters(ofBytes word: ArraySlice<UInt8>, _ alphabet: [UInt32?]) -> [WordMerger.Piece] {
    var characters = CharacterList(self, capacity: word.count)
    for (index, byte) in word.enumerated() {
      if let id = alphabet[Int(byte)] {
        characters.append(id, index..<(index + 1))
      } else {
        characters.appendUnknown(index..<(index + 1))
      }
    }
    return characters.finished()
  }

  /// The tokens of the byte-level alphabet, by byte, or nil when single characters of it do not
  /// always stand for themselves.
  func alphabet() -> [UInt32?]? {
    guard continuingPrefix.isEmpty, endSuffix.isEmpty, byteIDs.isEmpty else { return nil }
    return ByteLevelAlphabet.spellings.map { vocabulary.id(of: $0[...]) }
  }

  /// How the vocabulary spells a character of a word.
  private func spelling(
    of character: ArraySlice<UInt8>, in word: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8> {
    var spelling = character
    if !continuingPrefix.isEmpty, character.startIndex > word.startIndex {
      spelling = (continuingPrefix + spelling)[...]
    }
    if !endSuffix.isEmpty, character.endIndex == word.endIndex { spelling += endSuffix }
    return spelling
  }

  /// The tokens of the bytes, or nil when any of them is missing.
  private func byteTokens(_ bytes: ArraySlice<UInt8>) -> [UInt32]? {
    guard !byteIDs.isEmpty else { return nil }
    let ids = bytes.compactMap { byteIDs[Int($0)] }
    return ids.count == bytes.count ? ids : nil
  }

  private static func length(ofScalarWithLead lead: UInt8) -> Int {
    switch lead {
    case ..<0x80: 1
    case ..<0xe0: 2
    case ..<0xf0: 3
    default: 4
    }
  }
}

/// The tokens of the characters of a word so far.
private struct CharacterList {
  private let unknownID: UInt32?
  private let fusesUnknown: Bool
  private var pieces: [WordMerger.Piece] = []
  /// The unknown token that the next unknown character may still become part of.
  private var unknown: WordMerger.Piece?

  init(_ model: BytePairModel, capacity: Int) {
    unknownID = model.unknownID
    fusesUnknown = model.fusesUnknown
    pieces.reserveCapacity(capacity)
  }

  mutating func append(_ id: UInt32, _ range: Range<Int>) {
    flush()
    pieces.append(WordMerger.Piece(id, range))
  }

  /// Appends the tokens of the bytes of a character.
  ///
  /// A pending unknown token stays pending, and so ends up behind them, as in the `tokenizers`
  /// library.
  mutating func append(fallback ids: [UInt32], _ range: Range<Int>) {
    for (offset, id) in ids.enumerated() {
      let start = min(range.lowerBound + offset, range.upperBound - 1)
      pieces.append(WordMerger.Piece(id, start..<(start + 1)))
    }
  }

  mutating func appendUnknown(_ range: Range<Int>) {
    guard let unknownID else { return }
    if let piece = unknown, fusesUnknown {
      unknown = WordMerger.Piece(unknownID, piece.start..<range.upperBound)
    } else {
      flush()
      unknown = WordMerger.Piece(unknownID, range)
    }
  }

  mutating func finished() -> [WordMerger.Piece] {
    flush()
    return pieces
  }

  private mutating func flush() {
    if let piece = unknown { pieces.append(piece) }
    unknown = nil
  }
}
