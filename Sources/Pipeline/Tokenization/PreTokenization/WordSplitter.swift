import TextPatterns

/// A text on its way through the pre-tokenizers, and the words that it has been split into so far.
struct WordSplitter {
  private(set) var text: AlignedText
  private(set) var words: [Range<Int>]

  /// Begins with one word: a part of a text.
  init(_ text: AlignedText, _ range: Range<Int>) {
    self.text = text
    words = range.isEmpty ? [] : [range]
  }

  /// Applies one step.
  ///
  /// - Parameters:
  ///   - step: No sequence.
  ///   - spellsBytes: Whether `ByteLevel` spells bytes by its alphabet. The last step need not when
  ///     the model takes bytes as they are.
  mutating func apply(_ step: PreTokenizer, spellsBytes: Bool) {
    switch step {
    case .sequence(let parts):
      for part in parts { apply(part, spellsBytes: spellsBytes) }
    case .split(let pattern, let behavior, let inverted):
      split(at: pattern, behavior, inverted: inverted)
    case .byteLevel(let byteLevel): apply(byteLevel, spellsBytes: spellsBytes)
    case .metaspace(let metaspace): apply(metaspace)
    }
  }

  private mutating func split(
    at pattern: TextPattern, _ behavior: SplitBehavior, inverted: Bool = false
  ) {
    var parts: [Range<Int>] = []
    var matches: [Range<Int>] = []
    for word in words {
      matches.removeAll(keepingCapacity: true)
      pattern.appendMatches(in: text.bytes, word, to: &matches)
      behavior.appendParts(of: word, at: matches, inverted: inverted, to: &parts)
    }
    words = parts
  }

  private mutating func apply(_ byteLevel: ByteLevel, spellsBytes: Bool) {
    let space = UInt8(ascii: " ")
    if byteLevel.addsPrefixSpace {
      rewrite { text, word in
        text.bytes[word.lowerBound] == space
          ? text.slice(word) : text.slice(word).prepending([space])
      }
    }
    if let pattern = byteLevel.pattern { split(at: pattern, .isolated) }
    if spellsBytes { rewrite { text, word in text.spelledInByteLevelAlphabet(word) } }
  }

  private mutating func apply(_ metaspace: Metaspace) {
    let space = TextPattern(literal: " ")
    rewrite { text, word in
      let isFirst = text.originalRange(of: word).lowerBound == 0
      let replaced = text.replacing(space, by: metaspace.replacement, in: word)
      let wantsPrefix = metaspace.scheme == .always || (metaspace.scheme == .first && isFirst)
      return wantsPrefix && !replaced.bytes.starts(with: metaspace.replacement)
        ? replaced.prepending(metaspace.replacement) : replaced
    }
    if metaspace.splits {
      let replacement = TextPattern(literal: String(decoding: metaspace.replacement, as: UTF8.self))
      split(at: replacement, .mergedWithNext)
    }
  }

  /// Replaces every word by another text.
  private mutating func rewrite(_ replacement: (AlignedText, Range<Int>) -> AlignedText) {
    var result = AlignedText()
    result.reserveCapacity(text.bytes.count)
    words = words.map { word in
      let start = result.bytes.count
      let new = replacement(text, word)
      result.append(new, new.range)
      return start..<result.bytes.count
    }
    text = result
  }
}
