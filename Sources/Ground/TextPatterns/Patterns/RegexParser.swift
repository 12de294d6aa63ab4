/// Parses regular expressions in Oniguruma's default syntax, which the `tokenizers` library uses.
///
/// In this syntax `^` and `$` are about lines and `(?m)` lets the dot match line breaks. Groups
/// capture nothing here, since matching only asks where a match ends.
struct RegexParser {
  /// The options that `(?imx)` sets.
  struct Options {
    var ignoresCase = false
    var dotMatchesLineBreak = false
    var isExtended = false
  }

  private static let depthLimit = 100
  private static let lengthLimit = 20_000
  /// Quantifiers of one atom, each of which makes the tree a level deeper.
  private static let quantifierLimit = 8

  let scalars: [UInt32]
  var position = 0
  var options = Options()
  private var depth = 0

  private init(_ pattern: String) {
    scalars = pattern.unicodeScalars.map(\.value)
  }

  /// The tree of a pattern.
  static func parse(_ pattern: String) throws(RegexError) -> RegexNode {
    var parser = RegexParser(pattern)
    guard parser.scalars.count <= lengthLimit else {
      throw RegexError("it is longer than \(lengthLimit) characters")
    }
    let node = try parser.parseAlternation()
    guard parser.position == parser.scalars.count else { throw RegexError("unmatched )") }
    return node
  }

  // MARK: Structure

  private mutating func parseAlternation() throws(RegexError) -> RegexNode {
    try enter()
    defer { leave() }
    var branches = [try parseSequence()]
    while skip("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  /// Counts a level of groups or classes; the limit bounds the recursion.
  mutating func enter() throws(RegexError) {
    guard depth < Self.depthLimit else { throw RegexError("it is nested too deeply") }
    depth += 1
  }

  mutating func leave() { depth -= 1 }

  private mutating func parseSequence() throws(RegexError) -> RegexNode {
    var nodes: [RegexNode] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      if options.isExtended, skipExtended() { continue }
      if let literals = parseCaselessLiterals() {
        nodes += literals
      } else if let node = try parseQuantified() {
        nodes.append(node)
      }
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func parseQuantified() throws(RegexError) -> RegexNode? {
    guard var node = try parseAtom() else { return nil }
    var quantifierCount = 0
    while let repetition = try parseQuantifier() {
      quantifierCount += 1
      guard quantifierCount <= Self.quantifierLimit else {
        throw RegexError("it is nested too deeply")
      }
      if repetition.maximum == nil, node.isNullable {
        throw .unsupported("repeating without bound what can match nothing")
      }
      node = .repetition(node, repetition)
    }
    return node
  }

  /// One atom, or nil for what matches nothing by itself, such as a comment.
  private mutating func parseAtom() throws(RegexError) -> RegexNode? {
    switch try next() {
    case "(": return try parseGroup()
    case "[": return .set(try parseClass())
    case "\\": return try parseEscape()
    case ".": return .set(options.dotMatchesLineBreak ? .all : Self.notLineBreak)
    case "^": return .assertion(.lineStart)
    case "$": return .assertion(.lineEnd)
    case "*", "+", "?": throw RegexError("nothing to repeat")
    case let scalar: return literal(scalar.value)
    }
  }

  static let notLineBreak = ScalarSet([0x0a...0x0a]).inverted

  // MARK: Groups

  private mutating func parseGroup() throws(RegexError) -> RegexNode? {
    guard skip("?") else { return try parseGroupBody() }
    switch try next() {
    case ":": return try parseGroupBody()
    case "=": return .lookaround(try parseGroupBody(), ahead: true, negated: false)
    case "!": return .lookaround(try parseGroupBody(), ahead: true, negated: true)
    case ">": return .atomic(try parseGroupBody())
    case "#":
      while try next() != ")" {}
      return nil
    case "<":
      if skip("=") { return try parseLookbehind(negated: false) }
      if skip("!") { return try parseLookbehind(negated: true) }
      return try parseNamedGroup(closing: ">")
    case "'": return try parseNamedGroup(closing: "'")
    case "i", "m", "x", "-":
      position -= 1
      return try parseOptionGroup()
    case let scalar: throw .unsupported("the group (?\(String(scalar))")
    }
  }

  private mutating func parseGroupBody() throws(RegexError) -> RegexNode {
    let outer = options
    let node = try parseAlternation()
    options = outer
    guard skip(")") else { throw RegexError("missing )") }
    return node
  }

  private mutating func parseNamedGroup(closing: Unicode.Scalar) throws(RegexError) -> RegexNode {
    while try next() != closing {}
    return try parseGroupBody()
  }

  private mutating func parseLookbehind(negated: Bool) throws(RegexError) -> RegexNode {
    let node = try parseGroupBody()
    let branches = if case .alternation(let branches) = node { branches } else { [node] }
    guard branches.allSatisfy({ $0.fixedLength != nil }) else {
      throw .unsupported("a lookbehind of variable length")
    }
    return .lookaround(node, ahead: false, negated: negated)
  }

  /// `(?i-m:...)`, or `(?i)` that holds until the end of the enclosing group.
  private mutating func parseOptionGroup() throws(RegexError) -> RegexNode {
    let outer = options
    var enabling = true
    while true {
      switch try next() {
      case "-": enabling = false
      case "i": options.ignoresCase = enabling
      case "m": options.dotMatchesLineBreak = enabling
      case "x": options.isExtended = enabling
      case ":":
        let node = try parseAlternation()
        options = outer
        guard skip(")") else { throw RegexError("missing )") }
        return node
      case ")":
        let node = try parseAlternation()
        options = outer
        return node
      case let scalar: throw .unsupported("the option '\(String(scalar))'")
      }
    }
  }

  // MARK: Scalars

  var current: Unicode.Scalar? {
    position < scalars.count ? Unicode.Scalar(scalars[position]) : nil
  }

  mutating func next() throws(RegexError) -> Unicode.Scalar {
    guard let scalar = current else { throw RegexError("it ends too early") }
    position += 1
    return scalar
  }

  /// Steps over a scalar if it comes next.
  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  /// Steps over white space or a comment, which `(?x)` allows anywhere outside a class.
  private mutating func skipExtended() -> Bool {
    guard let scalar = current else { return false }
    if scalar == "#" {
      while let scalar = current, scalar != "\n" { position += 1 }
      return true
    }
    guard scalar.properties.isWhitespace else { return false }
    position += 1
    return true
  }
}
