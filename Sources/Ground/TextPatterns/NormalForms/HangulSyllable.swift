/// Hangul syllables, which decompose and compose by arithmetic (Unicode Standard, section 3.12).
enum HangulSyllable {
  private static let first: UInt32 = 0xac00
  private static let leading: UInt32 = 0x1100
  private static let vowel: UInt32 = 0x1161
  private static let trailing: UInt32 = 0x11a7  // one before the first: index 0 is "none"
  private static let leadingCount: UInt32 = 19
  private static let vowelCount: UInt32 = 21
  private static let trailingCount: UInt32 = 28
  private static let count = leadingCount * vowelCount * trailingCount

  /// The two or three letters of a syllable, or nil for another scalar.
  static func decomposition(of scalar: UInt32) -> [UInt32]? {
    guard scalar >= first, scalar - first < count else { return nil }
    let index = scalar - first
    let letters = [
      leading + index / (vowelCount * trailingCount),
      vowel + index % (vowelCount * trailingCount) / trailingCount,
    ]
    let last = index % trailingCount
    return last == 0 ? letters : letters + [trailing + last]
  }

  /// The syllable of two letters, or of a syllable that has no trailing letter and one.
  static func composition(of left: UInt32, _ right: UInt32) -> UInt32? {
    if left >= leading, left - leading < leadingCount, right >= vowel, right - vowel < vowelCount {
      return first + ((left - leading) * vowelCount + right - vowel) * trailingCount
    }
    let isOpenSyllable =
      left >= first && left - first < count && (left - first) % trailingCount == 0
    guard isOpenSyllable, right > trailing, right - trailing < trailingCount else { return nil }
    return left + right - trailing
  }
}
