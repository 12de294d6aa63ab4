/// A phrase of words to find in a sentence, written as a line of text.
///
/// Words are separated by spaces. `a|b` is one of several words, `NAME` (capitals) one of a named
/// set, a trailing `?` makes an element optional, `*n` stands for up to n words of any kind, and
/// `^` and `$` bind the phrase to the start and end of the sentence.
struct Phrase: Sendable {
  private enum Element: Sendable {
    case word(Set<String>, isOptional: Bool)
    case gap(Int)
    case end
  }

  /// The phrase as written.
  let text: String
  private let elements: [Element]
  private let isAnchored: Bool

  /// Compiles a phrase.
  ///
  /// - Parameters:
  ///   - text: The phrase.
  ///   - sets: The words behind each capitalised name.
  init(_ text: String, sets: [String: Set<String>] = [:]) {
    self.text = text
    let parts = text.split(separator: " ")
    isAnchored = parts.first == "^"
    elements = parts.drop { $0 == "^" }.map { part in
      if part == "$" { return .end }
      if part.hasPrefix("*"), let length = Int(part.dropFirst()) { return .gap(length) }
      let isOptional = part.hasSuffix("?")
      let names = (isOptional ? part.dropLast() : part).split(separator: "|").map(String.init)
      return .word(Set(names.flatMap { sets[$0] ?? [$0] }), isOptional: isOptional)
    }
  }

  /// Where the phrase first occurs in a sentence, as the range of its words, or nil.
  func firstMatch(in words: [String]) -> Range<Int>? {
    let starts = isAnchored ? 0..<min(1, words.count) : 0..<words.count
    for start in starts {
      if let end = matchEnd(in: words, at: start, element: 0) { return start..<end }
    }
    return nil
  }

  private func matchEnd(in words: [String], at position: Int, element: Int) -> Int? {
    guard element < elements.count else { return position }
    switch elements[element] {
    case .end:
      return position == words.count
        ? matchEnd(in: words, at: position, element: element + 1) : nil
    case .gap(let length):
      for end in position...min(position + length, words.count) {
        if let match = matchEnd(in: words, at: end, element: element + 1) { return match }
      }
      return nil
    case .word(let choices, let isOptional):
      if position < words.count, choices.contains(words[position]),
        let match = matchEnd(in: words, at: position + 1, element: element + 1)
      {
        return match
      }
      return isOptional ? matchEnd(in: words, at: position, element: element + 1) : nil
    }
  }
}
