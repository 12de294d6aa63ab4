/// What becomes of the matches when a text is split at them.
enum SplitBehavior: String {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"

  /// Reads a behaviour by its name.
  init(_ section: JSONSection) throws(TokenizerError) {
    let name = try section.string()
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw .invalid(key: section.path, value: name, reason: "no such way to split")
    }
    self = behavior
  }

  /// Appends the parts of a range that is split at matches, empty ones left out.
  ///
  /// - Parameters:
  ///   - range: What is split.
  ///   - matches: In order and without overlap.
  ///   - inverted: Whether the matches are what is kept and the rest what is split at.
  ///   - result: Gets the parts.
  func appendParts(
    of range: Range<Int>, at matches: [Range<Int>], inverted: Bool, to result: inout [Range<Int>]
  ) {
    let stretches = Self.stretches(of: range, around: matches, inverted: inverted)
    let parts =
      switch self {
      case .isolated: stretches.map(\.range)
      case .removed: stretches.filter { !$0.isDelimiter }.map(\.range)
      case .contiguous: Self.joined(stretches) { $0 == $1 }
      case .mergedWithPrevious: Self.joined(stretches) { !$0 && $1 }
      case .mergedWithNext: Self.joinedWithNext(stretches)
      }
    for part in parts where !part.isEmpty { result.append(part) }
  }

  private struct Stretch {
    var range: Range<Int>
    var isDelimiter: Bool
  }

  /// Matches and what is between them, together the whole range.
  private static func stretches(
    of range: Range<Int>, around matches: [Range<Int>], inverted: Bool
  ) -> [Stretch] {
    var stretches: [Stretch] = []
    stretches.reserveCapacity(matches.count)
    var position = range.lowerBound
    for match in matches {
      if position < match.lowerBound {
        stretches.append(Stretch(range: position..<match.lowerBound, isDelimiter: inverted))
      }
      stretches.append(Stretch(range: match, isDelimiter: !inverted))
      position = match.upperBound
    }
    if position < range.upperBound {
      stretches.append(Stretch(range: position..<range.upperBound, isDelimiter: inverted))
    }
    return stretches
  }

  /// Joins a stretch to the one before when the rule says so of their being delimiters.
  ///
  /// Before the first there is none, which counts as no delimiter.
  private static func joined(
    _ stretches: [Stretch], when belongs: (_ previous: Bool, _ this: Bool) -> Bool
  ) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var previous = false
    for stretch in stretches {
      if belongs(previous, stretch.isDelimiter), let last = parts.last {
        parts[parts.count - 1] = last.lowerBound..<stretch.range.upperBound
      } else {
        parts.append(stretch.range)
      }
      previous = stretch.isDelimiter
    }
    return parts
  }

  private static func joinedWithNext(_ stretches: [Stretch]) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var next = false
    for stretch in stretches.reversed() {
      if stretch.isDelimiter, !next, let last = parts.last {
        parts[parts.count - 1] = stretch.range.lowerBound..<last.upperBound
      } else {
        parts.append(stretch.range)
      }
      next = stretch.isDelimiter
    }
    return parts.reversed()
  }
}
