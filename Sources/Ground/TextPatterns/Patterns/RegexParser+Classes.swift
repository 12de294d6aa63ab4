/// Bracketed classes: ranges, nested classes, intersections, POSIX brackets.
extension RegexParser {
  /// The set of a class whose opening bracket has been read.
  mutating func parseClass() throws(RegexError) -> ScalarSet {
    try enter()
    defer { leave() }
    let isNegated = skip("^")
    var intersection: ScalarSet?
    var members = ScalarSet()
    var isFirst = true
    while isFirst || !skip("]") {
      if skipIntersection() {
        intersection = intersection?.intersection(members) ?? members
        members = ScalarSet()
      } else {
        members = members.union(try parseClassMember(isFirst: isFirst))
      }
      isFirst = false
    }
    var set = intersection?.intersection(members) ?? members
    if options.ignoresCase { set = CaseFolding.closure(of: set) }
    return isNegated ? set.inverted : set
  }

  private mutating func skipIntersection() -> Bool {
    guard current == "&", position + 1 < scalars.count, scalars[position + 1] == 0x26 else {
      return false
    }
    position += 2
    return true
  }

  private mutating func parseClassMember(isFirst: Bool) throws(RegexError) -> ScalarSet {
    let scalar = try next()
    if scalar == "[" {
      if let set = try parsePOSIXBracket() { return set }
      return try parseClass()
    }
    if scalar == "]", isFirst, !scalars[position...].contains(0x5d) {
      throw RegexError("missing ]")
    }
    if scalar == "\\" {
      let escaped = try next()
      if let set = try parseSetEscape(escaped) { return set }
      return try parseRange(from: try parseClassScalar(escaped))
    }
    return try parseRange(from: scalar.value)
  }

  /// The escape of one character; `\b` is the backspace in a class.
  private mutating func parseClassScalar(_ escaped: Unicode.Scalar) throws(RegexError) -> UInt32 {
    escaped == "b" ? 0x08 : try parseScalarEscape(escaped)
  }

  /// A range, or a single scalar when no hyphen follows, or only one that ends the class.
  private mutating func parseRange(from low: UInt32) throws(RegexError) -> ScalarSet {
    let isRange =
      current == "-" && position + 1 < scalars.count && scalars[position + 1] != 0x5d
    guard isRange else { return ScalarSet([low...low]) }
    position += 1
    let end = try next()
    if end == "[" { throw RegexError("a class ends a range") }
    var high = end.value
    if end == "\\" {
      let escaped = try next()
      if try parseSetEscape(escaped) != nil { throw RegexError("a class ends a range") }
      high = try parseClassScalar(escaped)
    }
    guard low <= high else { throw RegexError("a range is empty") }
    return ScalarSet([low...high])
  }

  /// `:name:]` behind an opening bracket, or nil when that opens a nested class.
  private mutating func parsePOSIXBracket() throws(RegexError) -> ScalarSet? {
    let start = position
    guard skip(":") else { return nil }
    let isNegated = skip("^")
    var name = ""
    while let scalar = current, ("a"..."z").contains(scalar) {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard skip(":"), skip("]") else {
      position = start
      return nil
    }
    guard let set = UnicodeProperty.posixBracket(name) else {
      throw .unsupported("the bracket [:\(name):]")
    }
    return isNegated ? set.inverted : set
  }
}
