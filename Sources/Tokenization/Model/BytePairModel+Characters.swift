/// The tokens of single characters, before any merge.
extension BytePairModel {
  /// Splits a word into its characters: the pieces that merging starts from.
  ///
  /// A character that the vocabulary does not have becomes its byte tokens, if all of them exist,
  /// or else the unknown token, or nothing when there is none.
  func characters(of word: ArraySlice<UInt8>) -> [WordMerger.Piece] {
    var pieces: [WordMerger.Piece] = []
    pieces.reserveCapacity(word.count)
    var unknown: WordMerger.Piece?
    var position = word.startIndex
    while position < word.endIndex {
      let end = min(position + Self.length(ofScalarWithLead: word[position]), word.endIndex)
      let range = (position - word.startIndex)..<(end - word.startIndex)
      if let id = vocabulary.id(of: spelling(of: word[position..<end], in: word)) {
        if let piece = unknown { pieces.append(piece) }
        unknown = nil
        pieces.append(WordMerger.Piece(id, range))
      } else if let fallback = byteTokens(spelling(of: word[position..<end], in: word)) {
        // A pending unknown token stays pending, as in the `tokenizers` library.
        for (offset, id) in fallback.enumerated() {
          let start = min(range.lowerBound + offset, range.upperBound - 1)
          pieces.append(WordMerger.Piece(id, start..<(start + 1)))
        }
      } else if let unknownID {
        if let piece = unknown, fusesUnknown {
          unknown = WordMerger.Piece(unknownID, Int(piece.start)..<range.upperBound)
        } else {
          if let piece = unknown { pieces.append(piece) }
          unknown = WordMerger.Piece(unknownID, range)
        }
      }
      position = end
    }
    if let piece = unknown { pieces.append(piece) }
    return pieces
  }

  /// How the vocabulary spells a character of a word.
  private func spelling(
    of character: ArraySlice<UInt8>, in word: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8> {
    var spelling = character
    if !continuingPrefix.isEmpty, character.startIndex > word.startIndex {
      spelling = (continuingPrefix + spelling)[...]
    }
    if character.endIndex == word.endIndex { spelling += endSuffix }
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

extension WordMerger.Piece {
  init(_ id: UInt32, _ range: Range<Int>) {
    self.id = id
    start = Int32(truncatingIfNeeded: range.lowerBound)
    end = Int32(truncatingIfNeeded: range.upperBound)
  }
}

extension BytePairModel {
  /// The tokens of the characters of the byte-level alphabet, by byte, or nil when any is missing
  /// or is spelled otherwise inside a word.
  func alphabetIDs() -> [UInt32]? {
    guard continuingPrefix.isEmpty, endSuffix.isEmpty else { return nil }
    let ids = ByteLevelAlphabet.spellings.compactMap { vocabulary.id(of: $0[...]) }
    return ids.count == ByteLevelAlphabet.spellings.count ? ids : nil
  }
}
