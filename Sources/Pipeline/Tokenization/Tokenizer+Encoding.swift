import TextPatterns
import Tokens

extension Tokenizer {
  /// Encodes a text.
  ///
  /// - Parameters:
  ///   - text: Any text; special tokens in it are recognised.
  ///   - addSpecialTokens: Whether the post-processor puts its special tokens around it.
  /// - Returns: The tokens in order, with the bytes of the text that each stands for.
  /// - Throws: `TokenizerError.pattern` where a pattern of the file takes more than 1000 steps a byte
  ///   of text, or replacing it makes a text of more than 32 MiB.
  public func encode(
    _ text: String, addSpecialTokens: Bool
  ) throws(TokenizerError) -> [Token] {
    let original = AlignedText(original: Array(text.utf8))
    var encoding = Encoding(self, original: original.bytes)
    for part in added.parts(ofOriginal: original.bytes) {
      if let id = part.id {
        encoding.append(addedToken: id, original, part.range)
      } else if let normalizer {
        let normalized = normalizer.applied(to: original, part.range)
        encoding.append(normalized, normalized.range)
      } else {
        encoding.append(original, part.range)
      }
    }
    try checkPatterns()
    return framed(encoding.tokens, addSpecialTokens: addSpecialTokens)
  }

  private func checkPatterns() throws(TokenizerError) {
    let patterns =
      (normalizer?.patterns ?? []).map { ("normalizer", $0) }
      + preTokenizers.compactMap(\.pattern).map { ("pre_tokenizer", $0) }
    let excesses = patterns.compactMap { key, pattern in
      pattern.excess.take().map { (key, pattern.source, $0) }
    }
    if let (key, pattern, reason) = excesses.first {
      throw .pattern(key: key, pattern: pattern, reason: reason)
    }
  }

  /// The tokens of a text with the special tokens around them.
  private func framed(_ tokens: [Token], addSpecialTokens: Bool) -> [Token] {
    var result: [Token] = []
    for piece in postProcessor.template {
      switch piece {
      case .text: result = result.isEmpty ? tokens : result + tokens
      case .special(let ids) where addSpecialTokens:
        result += ids.map { Token(id: TokenID(clamping: $0), utf8Range: 0..<0) }
      case .special: break
      }
    }
    return result
  }
}

/// The tokens of a text as they come in, part by part.
private struct Encoding {
  private let tokenizer: Tokenizer
  private let original: [UInt8]
  private var words: WordEncoder
  private var pieces: [WordMerger.Piece] = []
  private(set) var tokens: [Token] = []

  init(_ tokenizer: Tokenizer, original: [UInt8]) {
    self.tokenizer = tokenizer
    self.original = original
    words = WordEncoder(tokenizer.model, alphabet: tokenizer.alphabet)
  }

  /// Appends a normalised part of the text.
  mutating func append(_ text: AlignedText, _ range: Range<Int>) {
    for part in tokenizer.added.parts(ofNormalized: text.bytes, range) {
      if let id = part.id {
        append(addedToken: id, text, part.range)
      } else {
        append(words: tokenizer.split(text, part.range))
      }
    }
  }

  /// Appends an added token that was found in the text.
  mutating func append(addedToken id: UInt32, _ text: AlignedText, _ range: Range<Int>) {
    append(id, text.originalRange(of: range), spelling: text.bytes[range])
  }

  private mutating func append(words splitter: WordSplitter) {
    let text = splitter.text
    for word in splitter.words {
      pieces.removeAll(keepingCapacity: true)
      words.encode(word, of: text.bytes, into: &pieces)
      for piece in pieces {
        append(piece.id, text.originalRange(of: piece.start..<piece.end), spelling: nil)
      }
    }
  }

  private mutating func append(_ id: UInt32, _ range: Range<Int>, spelling: ArraySlice<UInt8>?) {
    var range = range
    if let trimming = tokenizer.postProcessor.trimming {
      let token = spelling ?? tokenizer.model.vocabulary.token(of: id) ?? []
      range = trimming.trimmed(range, in: original, token: token, isFirst: tokens.isEmpty)
    }
    tokens.append(Token(id: TokenID(clamping: id), utf8Range: range))
  }
}

extension Tokenizer {
  /// Splits a part of a text into words.
  fileprivate func split(_ text: AlignedText, _ range: Range<Int>) -> WordSplitter {
    var splitter = WordSplitter(text, range)
    for (index, step) in preTokenizers.enumerated() {
      let isLast = index == preTokenizers.count - 1
      splitter.apply(step, spellsBytes: !isLast || alphabet == nil)
    }
    return splitter
  }
}
