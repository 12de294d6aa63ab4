/// GPT-2's alphabet: a visible character for each byte, so that any text can be spelled with it.
///
/// Visible Latin-1 characters stand for themselves; the other bytes, in order, for U+0100 and up.
enum ByteLevelAlphabet {
  /// The character of each byte.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      if isVisible(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? " "
    }
  }()

  /// The UTF-8 encoding of the character of each byte.
  static let spellings: [[UInt8]] = scalars.map { Array(String($0).utf8) }

  /// The byte that a character stands for, or nil when it is not in the alphabet.
  static func byte(of scalar: UInt32) -> UInt8? {
    scalar < bytes.count ? bytes[Int(scalar)] : nil
  }

  private static let bytes: [UInt8?] = {
    var bytes: [UInt8?] = Array(repeating: nil, count: 0x144)
    for (byte, scalar) in scalars.enumerated() {
      bytes[Int(scalar.value)] = UInt8(truncatingIfNeeded: byte)
    }
    return bytes
  }()

  private static func isVisible(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) || (0xa1...0xac).contains(byte) || byte >= 0xae
  }
}
