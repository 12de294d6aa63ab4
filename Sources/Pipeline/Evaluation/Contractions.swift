/// English contractions spelt out, so that one phrase covers all its spellings.
enum Contractions {
  private static let whole: [String: [String]] = [
    "can't": ["can", "not"], "cant": ["can", "not"], "cannot": ["can", "not"],
    "won't": ["will", "not"], "wont": ["will", "not"], "shan't": ["shall", "not"],
    "im": ["i", "am"], "dont": ["do", "not"], "ain't": ["am", "not"], "let's": ["let", "us"],
  ]

  private static let suffixes: [(suffix: String, words: [String])] = [
    ("n't", ["not"]), ("'m", ["am"]), ("'re", ["are"]), ("'ve", ["have"]), ("'ll", ["will"]),
    ("'d", ["would"]),
  ]

  private static let isContracted: Set<String> = [
    "it", "that", "this", "here", "there", "what", "he", "she", "who", "how",
  ]

  /// The words that a word stands for: "i'm" is "i", "am"; most stand for themselves.
  static func spelledOut(_ word: String) -> [String] {
    if let words = whole[word] { return words }
    guard word.utf8.contains(UInt8(ascii: "'")) else { return [word] }
    for (suffix, words) in suffixes where word.hasSuffix(suffix) {
      let stem = String(word.dropLast(suffix.count))
      return stem.isEmpty ? words : [stem] + words
    }
    if word.hasSuffix("'s") {
      let stem = String(word.dropLast(2))
      if isContracted.contains(stem) { return [stem, "is"] }
    }
    return [word]
  }
}
