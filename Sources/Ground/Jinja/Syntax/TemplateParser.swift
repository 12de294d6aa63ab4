/// Recursive descent over the tokens of a template; the grammar is Jinja's.
struct TemplateParser {
  /// How deep brackets and blocks may be nested; Jinja itself fails a little later.
  private static let nestingLimit = 64

  private let tokens: [TemplateToken]
  private var index = 0
  private var depth = 0

  /// The parameters of the macro that is being parsed, nil outside of macros.
  var macroParameters: [String]?
  /// How many `for` blocks are open, up to the template: none of them can assign to `loop`.
  var openLoops = 0
  /// How many of them a `break` can leave: not those around a macro.
  var breakableLoops = 0

  /// The names of the scope that is being parsed.
  var names = FrameNames()

  /// The syntax tree of a template.
  static func parse(_ source: String) throws(TemplateError) -> Frame {
    var parser = TemplateParser(tokens: try TemplateLexer.tokens(of: source))
    do throws(TemplateError) {
      return Frame(statements: try parser.parseBody(until: []), names: parser.names)
    } catch { throw error.at(line: parser.line) }
  }

  private init(tokens: [TemplateToken]) { self.tokens = tokens }

  var current: TemplateToken { tokens[index] }

  var line: Int { current.line }

  var next: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }

  mutating func advance() { index = min(index + 1, tokens.count - 1) }

  func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }

  func isName(_ name: String) -> Bool { current.kind == .name(name) }

  mutating func skip(_ kind: TemplateToken.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateError) {
    guard skip(kind) else {
      let wanted = TemplateToken(kind: kind, line: line).description
      throw .syntax("expected \(wanted), got \(current.description)")
    }
  }

  mutating func expectName() throws(TemplateError) -> String {
    guard case .name(let name) = current.kind else {
      throw .syntax("expected a name, got \(current.description)")
    }
    advance()
    return name
  }

  func unexpected() -> TemplateError { TemplateError(.syntax("unexpected \(current.description)")) }

  /// Checks that the syntax tree can become so many levels deeper.
  func checkNesting(_ levels: Int) throws(TemplateError) {
    guard depth + levels <= Self.nestingLimit else {
      throw .limitExceeded("\(Self.nestingLimit) nested expressions and blocks")
    }
  }

  /// Parses something whose names are in a scope of their own.
  mutating func scoped<Node>(
    _ parameters: [String], _ body: (inout TemplateParser) throws(TemplateError) -> Node
  ) throws(TemplateError) -> (node: Node, names: FrameNames) {
    let outer = names
    defer { names = outer }
    names = FrameNames()
    for name in parameters { names.read(name) }
    let node = try body(&self)
    return (node, names)
  }

  mutating func nested<Node>(
    _ body: (inout TemplateParser) throws(TemplateError) -> Node
  ) throws(TemplateError) -> Node {
    try checkNesting(1)
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }
}
