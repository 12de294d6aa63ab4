/// Escapes: character types, properties, code points, anchors.
extension RegexParser {
  /// What follows a backslash outside a class.
  mutating func parseEscape() throws(RegexError) -> RegexNode {
    let scalar = try next()
    if let assertion = Self.assertions[scalar] { return .assertion(assertion) }
    if scalar == "w" { return .set(UnicodeProperty.wordOutsideClass) }
    if scalar == "W" { return .set(UnicodeProperty.wordOutsideClass.inverted) }
    if scalar == "R" { return Self.lineBreak }
    if scalar == "N" { return .set(Self.notLineBreak) }
    if scalar == "O" { return .set(.all) }
    if let set = try parseSetEscape(scalar) { return .set(set) }
    return literal(try parseScalarEscape(scalar))
  }

  private static let assertions: [Unicode.Scalar: RegexAssertion] = [
    "A": .textStart, "z": .textEnd, "Z": .textEndOrLastLineBreak,
    "b": .wordBoundary, "B": .noWordBoundary,
  ]

  /// `\r\n` as one, or any single line break.
  private static let lineBreak = RegexNode.atomic(
    .alternation([
      .sequence([.scalar(0x0d), .scalar(0x0a)]),
      .set(ScalarSet([0x0a...0x0d, 0x85...0x85, 0x2028...0x2029])),
    ]))

  /// The set of an escape that stands for many characters, or nil for another escape.
  mutating func parseSetEscape(_ scalar: Unicode.Scalar) throws(RegexError) -> ScalarSet? {
    switch scalar {
    case "s": UnicodeProperty.whiteSpace
    case "S": UnicodeProperty.whiteSpace.inverted
    case "d": UnicodeProperty.digit
    case "D": UnicodeProperty.digit.inverted
    case "w": UnicodeProperty.word
    case "W": UnicodeProperty.word.inverted
    case "h": UnicodeProperty.hexadecimalDigit
    case "H": UnicodeProperty.hexadecimalDigit.inverted
    case "p" where current == "{": try parseProperty()
    case "P" where current == "{": try parseProperty().inverted
    default: nil
    }
  }

  private mutating func parseProperty() throws(RegexError) -> ScalarSet {
    position += 1
    let isNegated = skip("^")
    var name = ""
    while !skip("}") { name.unicodeScalars.append(try next()) }
    guard let set = UnicodeProperty.set(named: name) else {
      throw .unsupported("the property \\p{\(name)}")
    }
    return isNegated ? set.inverted : set
  }

  /// The scalar of an escape that stands for one character.
  mutating func parseScalarEscape(_ scalar: Unicode.Scalar) throws(RegexError) -> UInt32 {
    switch scalar {
    case "t": return 0x09
    case "n": return 0x0a
    case "v": return 0x0b
    case "f": return 0x0c
    case "r": return 0x0d
    case "a": return 0x07
    case "e": return 0x1b
    case "x": return try parseHexadecimal()
    case "u": return try checked(try parseDigits(count: 4...4, radix: 16))
    case "0":
      position -= 1
      return try parseDigits(count: 1...3, radix: 8)
    case "1"..."9", "k", "g": throw .unsupported("a reference to a group")
    case "c", "C", "K", "G", "M", "X", "y", "Y":
      throw .unsupported("the escape \\\(String(scalar))")
    default: return scalar.value
    }
  }

  private mutating func parseHexadecimal() throws(RegexError) -> UInt32 {
    guard skip("{") else { return try parseDigits(count: 1...2, radix: 16) }
    let value = try parseDigits(count: 1...8, radix: 16)
    guard skip("}") else { throw RegexError("missing } behind \\x{") }
    return try checked(value)
  }

  private mutating func parseDigits(
    count: ClosedRange<Int>, radix: UInt32
  ) throws(RegexError) -> UInt32 {
    var value: UInt32 = 0
    var digits = 0
    while digits < count.upperBound, let digit = current.flatMap(Self.digitValue), digit < radix {
      value = value &* radix &+ digit
      digits += 1
      position += 1
    }
    guard digits >= count.lowerBound else { throw RegexError("too few digits in an escape") }
    return value
  }

  private static func digitValue(_ scalar: Unicode.Scalar) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 0x30
    case "a"..."f": scalar.value - 0x61 + 10
    case "A"..."F": scalar.value - 0x41 + 10
    default: nil
    }
  }

  private func checked(_ value: UInt32) throws(RegexError) -> UInt32 {
    guard Unicode.Scalar(value) != nil else {
      throw RegexError("an escape is no Unicode scalar")
    }
    return value
  }
}
