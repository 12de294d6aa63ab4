/// Search for one sequence in another, in time linear in their lengths (Knuth, Morris, Pratt).
package enum TextSearch {
  /// The first position at which a pattern stands whole, or nil.
  package static func find<Element: Equatable>(_ pattern: [Element], in text: [Element]) -> Int? {
    all(pattern, in: text, limit: 1).first
  }

  /// All positions, none overlapping the one before, as `str.replace` and `str.count` take them.
  package static func all<Element: Equatable>(
    _ pattern: [Element], in text: [Element], limit: Int = .max
  ) -> [Int] {
    guard !pattern.isEmpty else { return Array((0...text.count).prefix(max(0, limit))) }
    let fallbacks = fallbacks(of: pattern)
    var positions: [Int] = []
    var matched = 0
    for index in text.indices where positions.count < limit {
      while matched > 0, text[index] != pattern[matched] { matched = fallbacks[matched - 1] }
      if text[index] == pattern[matched] { matched += 1 }
      if matched == pattern.count {
        positions.append(index + 1 - matched)
        matched = 0
      }
    }
    return positions
  }

  /// For each prefix, the length of the longest proper prefix that also ends it.
  private static func fallbacks<Element: Equatable>(of pattern: [Element]) -> [Int] {
    var fallbacks = [Int](repeating: 0, count: pattern.count)
    var matched = 0
    for index in pattern.indices.dropFirst() {
      while matched > 0, pattern[index] != pattern[matched] { matched = fallbacks[matched - 1] }
      if pattern[index] == pattern[matched] { matched += 1 }
      fallbacks[index] = matched
    }
    return fallbacks
  }
}
