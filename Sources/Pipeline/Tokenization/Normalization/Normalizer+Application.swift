import TextPatterns

/// What each normaliser does to a text. An empty text stays empty.
extension Normalizer {
  /// The normalised form of a part of a text.
  func applied(to text: AlignedText, _ range: Range<Int>) -> AlignedText {
    switch self {
    case .sequence(let parts): Self.sequence(parts, text, range)
    case .form(let form): form.applied(to: text, range)
    case .prepend(let prefix): text.slice(range).prepending(prefix)
    case .replace(let pattern, let content): text.replacing(pattern, by: content, in: range)
    case .lowercase: text.mappingScalars(in: range) { $0.properties.lowercaseMapping }
    case .strip(let left, let right): text.slice(text.bytes.stripped(range, left, right))
    case .remove(let table):
      text.mappingScalars(in: range) { table.contains($0.value) ? "" : nil }
    case .byteLevel: text.spelledInByteLevelAlphabet(range)
    }
  }

  private static func sequence(
    _ parts: [Normalizer], _ text: AlignedText, _ range: Range<Int>
  ) -> AlignedText {
    guard let first = parts.first else { return text.slice(range) }
    return parts.dropFirst().reduce(first.applied(to: text, range)) { $1.applied(to: $0, $0.range) }
  }
}

extension AlignedText {
  /// A part of the text by itself.
  func slice(_ range: Range<Int>) -> AlignedText {
    var slice = AlignedText()
    slice.reserveCapacity(range.count)
    slice.append(self, range)
    return slice
  }

  /// The text with a prefix, which shares the origin of the first character.
  ///
  /// Nothing is put before the empty text.
  func prepending(_ prefix: [UInt8]) -> AlignedText {
    guard !bytes.isEmpty else { return self }
    var result = AlignedText()
    result.reserveCapacity(prefix.count + bytes.count)
    result.append(prefix, from: origin(at: 0))
    result.append(self, range)
    return result
  }

  /// No replacement goes on past this length.
  private static let byteLimit = 32 << 20

  /// The text with every match of a pattern replaced.
  ///
  /// The replacement shares the origin of the last character it replaces.
  func replacing(_ pattern: TextPattern, by content: [UInt8], in range: Range<Int>) -> AlignedText {
    var result = AlignedText()
    result.reserveCapacity(range.count)
    var position = range.lowerBound
    for match in pattern.matches(in: bytes, range) {
      result.append(self, position..<match.lowerBound)
      let isAtStart = match.upperBound == range.lowerBound
      result.append(content, from: isAtStart ? .none : origin(at: match.upperBound - 1))
      position = match.upperBound
      guard result.bytes.count <= Self.byteLimit else {
        pattern.excess.note("replacing it makes a text longer than \(Self.byteLimit) bytes")
        break
      }
    }
    result.append(self, position..<range.upperBound)
    return result
  }

  /// The text with each scalar replaced by what a function says, or kept where it says nil.
  func mappingScalars(
    in range: Range<Int>, _ replacement: (Unicode.Scalar) -> String?
  ) -> AlignedText {
    var result = AlignedText()
    result.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let (value, end) = bytes.scalar(at: position)
      if let new = Unicode.Scalar(value).flatMap(replacement) {
        result.append(new.utf8, from: origin(at: position))
      } else {
        result.append(self, position..<end)
      }
      position = end
    }
    return result
  }

  /// The text with each byte spelled by its character of the byte-level alphabet.
  func spelledInByteLevelAlphabet(_ range: Range<Int>) -> AlignedText {
    var result = AlignedText()
    result.reserveCapacity(range.count * 2)
    for position in range {
      let spelling = ByteLevelAlphabet.spellings[Int(bytes[position])]
      result.append(spelling, from: origin(at: position))
    }
    return result
  }
}

extension Array<UInt8> {
  /// The part of a range that is left when white space is taken off its ends.
  fileprivate func stripped(_ range: Range<Int>, _ left: Bool, _ right: Bool) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while left, start < end, isWhiteSpace(at: start) { start = scalar(at: start).end }
    while right, start < end, isWhiteSpace(at: scalarStart(before: end)) {
      end = scalarStart(before: end)
    }
    return start..<end
  }
}

extension Array<UInt8> {
  /// Whether the scalar that starts at a position is white space.
  func isWhiteSpace(at position: Int) -> Bool {
    CharacterDatabase.whiteSpace.contains(scalar(at: position).value)
  }
}
