/// Encodes words one after the other, remembering those it has seen.
///
/// One is made for each text, so nothing is shared between threads; the memory is bounded.
struct WordEncoder {
  private static let wordLimit = 1 << 16
  private static let wordLengthLimit = 128

  private let model: BytePairModel
  private let alphabet: [UInt32?]?
  private var merger: WordMerger
  private var known = ByteStringTable()
  private var pieces: [WordMerger.Piece] = []  // of all known words
  private var ends: [Int] = []  // [words], where each word ends in `pieces`

  /// - Parameters:
  ///   - model: The model.
  ///   - alphabet: The tokens of the 256 bytes when words are to be taken byte by byte.
  init(_ model: BytePairModel, alphabet: [UInt32?]?) {
    self.model = model
    self.alphabet = alphabet
    merger = WordMerger(model)
  }

  /// Appends the tokens of a word, which are about positions in the whole text.
  mutating func encode(
    _ word: Range<Int>, of text: [UInt8], into result: inout [WordMerger.Piece]
  ) {
    var start = word.lowerBound
    let breaks = alphabet == nil ? model.breaks(in: word, of: text) : []
    for end in breaks {
      encode(part: text[start..<end], into: &result)
      start = end
    }
    encode(part: text[start..<word.upperBound], into: &result)
  }

  private mutating func encode(
    part word: ArraySlice<UInt8>, into result: inout [WordMerger.Piece]
  ) {
    let start = result.count
    appendPieces(of: word, to: &result)
    for index in start..<result.count {
      result[index].start += word.startIndex
      result[index].end += word.startIndex
    }
  }

  /// Appends the tokens of a word, which are about positions in the word.
  private mutating func appendPieces(
    of word: ArraySlice<UInt8>, to result: inout [WordMerger.Piece]
  ) {
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
    } else if let alphabet {
      merger.merge(model.characters(ofBytes: word, alphabet), into: &result)
    } else {
      merger.merge(model.characters(of: word), into: &result)
    }
  }

  private func spelling(of word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    alphabet == nil ? word : word.flatMap { ByteLevelAlphabet.spellings[Int($0)] }[...]
  }
}
