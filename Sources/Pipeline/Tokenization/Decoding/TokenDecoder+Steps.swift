import TextPatterns

/// What each decoder does to a token.
extension TokenDecoder {
  // MARK: Bytes

  /// The bytes that a token spells in the byte-level alphabet, or its own when it uses any other
  /// character.
  static func bytes(_ token: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.count)
    var position = 0
    while position < token.count {
      let (scalar, end) = token.scalar(at: position)
      guard let byte = ByteLevelAlphabet.byte(of: scalar) else { return token }
      bytes.append(byte)
      position = end
    }
    return bytes
  }

  /// The text with each maximal part of a broken character replaced by U+FFFD.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  /// Runs of byte tokens become the text they spell, or one U+FFFD each when that is no UTF-8.
  static func joiningByteTokens(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var run: [UInt8] = []
    func flush() {
      guard !run.isEmpty else { return }
      if let text = String(validating: run, as: UTF8.self) {
        result.append(Array(text.utf8))
      } else {
        result += Array(repeating: Array("\u{fffd}".utf8), count: run.count)
      }
      run = []
    }
    for token in tokens {
      if let byte = byte(ofFallbackToken: token) {
        run.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  /// The byte of a token such as `<0x0A>`, or nil for another token.
  private static func byte(ofFallbackToken token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }

  // MARK: Characters

  /// A token without a number of equal characters at either end.
  static func stripped(
    _ token: [UInt8], of scalar: [UInt8], start: Int, stop: Int
  ) -> [UInt8] {
    var rest = token[...]
    var left = start
    while left > 0, rest.starts(with: scalar) {
      rest = rest.dropFirst(scalar.count)
      left -= 1
    }
    left = stop
    while left > 0, rest.suffix(scalar.count).elementsEqual(scalar) {
      rest = rest.dropLast(scalar.count)
      left -= 1
    }
    return Array(rest)
  }

  /// A token with every match of a pattern replaced.
  static func replaced(
    _ token: [UInt8], _ pattern: TextPattern, by content: [UInt8]
  ) -> [UInt8] {
    let matches = pattern.matches(in: token, 0..<token.count)
    guard !matches.isEmpty else { return token }
    var result: [UInt8] = []
    var position = 0
    for match in matches {
      result += token[position..<match.lowerBound]
      result += content
      position = match.upperBound
    }
    return result + token[position...]
  }

  /// A token with spaces where it has the replacement character; the first token loses those that
  /// encoding may have put there.
  static func spaced(_ token: [UInt8], _ metaspace: Metaspace, isFirst: Bool) -> [UInt8] {
    let pattern = TextPattern(literal: String(decoding: metaspace.replacement, as: UTF8.self))
    let removes = isFirst && metaspace.scheme != .never
    return replaced(token, pattern, by: removes ? [] : [UInt8(ascii: " ")])
  }
}
