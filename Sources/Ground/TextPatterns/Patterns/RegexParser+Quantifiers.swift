/// Quantifiers: `*`, `+`, `?` and intervals, each with its lazy and possessive forms.
extension RegexParser {
  private static let countLimit = 100_000

  /// The quantifier that comes next, or nil when there is none.
  mutating func parseQuantifier() throws(RegexError) -> RegexRepetition? {
    switch current {
    case "*": return parsePreference(minimum: 0, maximum: nil)
    case "+": return parsePreference(minimum: 1, maximum: nil)
    case "?": return parsePreference(minimum: 0, maximum: 1)
    case "{": return try parseInterval()
    default: return nil
    }
  }

  private mutating func parsePreference(minimum: Int, maximum: Int?) -> RegexRepetition {
    position += 1
    var repetition = RegexRepetition(minimum: minimum, maximum: maximum)
    if skip("?") {
      repetition.preference = .lazy
    } else if skip("+") {
      repetition.preference = .possessive
    }
    return repetition
  }

  /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; any other brace is an ordinary character.
  ///
  /// A `+` behind an interval repeats the interval, and a `?` behind `{n}` makes it optional:
  /// Oniguruma has no possessive interval and no lazy fixed one.
  private mutating func parseInterval() throws(RegexError) -> RegexRepetition? {
    let start = position
    position += 1
    let minimum = try parseCount()
    let hasComma = skip(",")
    let maximum = hasComma ? try parseCount() : minimum
    guard skip("}"), minimum != nil || (hasComma && maximum != nil) else {
      position = start
      return nil
    }
    if let minimum, let maximum, minimum > maximum {
      throw .unsupported("an interval whose bounds are in descending order")
    }
    var repetition = RegexRepetition(minimum: minimum ?? 0, maximum: maximum)
    if hasComma, skip("?") { repetition.preference = .lazy }
    return repetition
  }

  private mutating func parseCount() throws(RegexError) -> Int? {
    var count: Int?
    while let scalar = current, ("0"..."9").contains(scalar) {
      let value = (count ?? 0) * 10 + Int(scalar.value - 0x30)
      guard value <= Self.countLimit else { throw RegexError("a count is too large") }
      count = value
      position += 1
    }
    return count
  }
}
