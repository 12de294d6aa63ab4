import TextPatterns

/// Leaves the white space at the ends of byte-level tokens out of their ranges.
struct OffsetTrimming: Sendable {
  /// Whether a text begins with a space that the tokenizer put there, which has no range anyway.
  let addsPrefixSpace: Bool

  /// The trimmed range of a token.
  ///
  /// - Parameters:
  ///   - range: In the original text.
  ///   - text: The original text.
  ///   - token: How the token is spelled.
  ///   - isFirst: Whether it is the first of its text.
  /// - Returns: The range without white space, empty when there is nothing else.
  func trimmed(
    _ range: Range<Int>, in text: [UInt8], token: ArraySlice<UInt8>, isFirst: Bool
  ) -> Range<Int> {
    let scalars = String(decoding: token, as: UTF8.self).unicodeScalars
    var leading = scalars.prefix(while: Self.isSpace).count
    var trailing = scalars.reversed().prefix(while: Self.isSpace).count
    let atStart = isFirst || range.lowerBound == 0
    if atStart, addsPrefixSpace, leading == 1 { leading = 0 }
    var start = range.lowerBound
    var end = range.upperBound
    while leading > 0, start < end {
      start = text.scalar(at: start).end
      leading -= 1
    }
    while trailing > 0, end > start {
      end = text.scalarStart(before: end)
      trailing -= 1
    }
    return start..<max(start, end)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == ByteLevelAlphabet.scalars[0x20]
      || CharacterDatabase.whiteSpace.contains(scalar.value)
  }
}
