/// Encodes words one after the other, remembering those it has seen.
///
/// One is made for each text, so nothing is shared between threads; the memory is bounded.
struct WordEncoder {
  private static let wordLimit = 1 << 16
  private static let wordLengthLimit = 128

  private let model: BytePairModel
  private let byteIDs: [UInt32]?
  private var merger: WordMerger
  private var known = ByteStringTable()
  private var pieces: [WordMerger.Piece] = []  // of all known words
  private var ends: [Int] = []  // [words], where each word ends in `pieces`

  /// - Parameters:
  ///   - model: The model.
  ///   - byteIDs: The tokens of the 256 bytes when words are to be taken byte by byte.
  init(_ model: BytePairModel, byteIDs: [UInt32]?) {
    self.model = model
    self.byteIDs = byteIDs
    merger = WordMerger(model)
  }

  /// Appends the tokens of a word.
  mutating func encode(_ word: ArraySlice<UInt8>, into result: inout [WordMerger.Piece]) {
    if word.count > Self.wordLengthLimit { return encodeAnew(word, into: &result) }
    if let number = known.number(of: word) {
      result += pieces[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
      return
    }
    let start = result.count
    encodeAnew(word, into: &result)
    guard known.count < Self.wordLimit else { return }
    _ = known.insert(word)
    pieces += result[start...]
    ends.append(pieces.count)
  }

  private mutating func encodeAnew(
    _ word: ArraySlice<UInt8>, into result: inout [WordMerger.Piece]
  ) {
    if model.ignoresMerges, let id = model.vocabulary.id(of: spelling(of: word)) {
      result.append(WordMerger.Piece(id, 0..<word.count))
    } else if let byteIDs {
      let bytes = word.enumerated().map { index, byte in
        WordMerger.Piece(byteIDs[Int(byte)], index..<(index + 1))
      }
      merger.merge(bytes, into: &result)
    } else {
      merger.merge(model.characters(of: word), into: &result)
    }
  }

  private func spelling(of word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    byteIDs == nil ? word : word.flatMap { ByteLevelAlphabet.spellings[Int($0)] }[...]
  }
}
