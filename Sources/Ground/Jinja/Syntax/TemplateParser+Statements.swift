extension TemplateParser {
  private static let unsupportedTags: Set<String> = [
    "autoescape", "block", "extends", "from", "import", "include",
  ]

  /// Parses text and tags until one of the ending tags, whose name is left for the caller.
  mutating func parseBody(until endings: Set<String>) throws(TemplateError) -> [Statement] {
    var statements: [Statement] = []
    while true {
      let token = current
      switch token.kind {
      case .data(let text):
        statements.append(.data(text))
        advance()
      case .variableBegin:
        advance()
        statements.append(.output(try parseTuple(), line: token.line))
        try expect(.variableEnd)
      case .blockBegin:
        advance()
        if case .name(let name) = current.kind, endings.contains(name) { return statements }
        statements.append(
          try nested { parser throws(TemplateError) in try parser.parseStatement() })
        try expect(.blockEnd)
      default:
        guard endings.isEmpty else {
          let names = endings.sorted().map { "'\($0)'" }.joined(separator: " or ")
          throw TemplateError(.syntax("unexpected end of template, looking for \(names)"))
        }
        return statements
      }
    }
  }

  /// Parses the body of a block from the end of its opening tag.
  mutating func parseBlock(until endings: Set<String>) throws(TemplateError) -> [Statement] {
    _ = skip(.symbol(":"))
    try expect(.blockEnd)
    return try parseBody(until: endings)
  }

  private mutating func parseStatement() throws(TemplateError) -> Statement {
    let line = line
    let tag = try expectName()
    switch tag {
    case "set": return try parseSet(line)
    case "for": return try parseFor(line)
    case "if": return try parseIf(line)
    case "macro": return try parseMacro(line)
    case "call": return try parseCallBlock(line)
    case "filter": return try parseFilterBlock(line)
    case "with": return try parseWith(line)
    case "print": return try parsePrint(line)
    case "generation":
      let (body, names) = try parseMacroBody(ending: "endgeneration")
      return .generation(
        MacroDefinition(
          name: nil, parameters: [], body: Frame(body, parameters: Array(names)),
          specialNames: names, line: line))
    case "break", "continue":
      guard breakableLoops > 0 else { throw TemplateError(.syntax("'\(tag)' outside loop")) }
      return tag == "break" ? .breakLoop : .continueLoop
    case _ where Self.unsupportedTags.contains(tag):
      throw TemplateError(.unsupported("the tag '\(tag)'"))
    default: throw TemplateError(.syntax("unknown tag '\(tag)'"))
    }
  }

  private mutating func parseSet(_ line: Int) throws(TemplateError) -> Statement {
    let target = try parseTarget(allowsAttributes: true)
    if skip(.symbol("=")) { return .assign(target, try parseTuple(), line: line) }
    let filters = try parseFilters()
    let body = try parseBlock(until: ["endset"])
    advance()
    let frame = Frame(body, evaluating: filters.flatMap(\.expressions))
    return .assignBlock(target, filters: filters, frame, line: line)
  }

  private mutating func parseFor(_ line: Int) throws(TemplateError) -> Statement {
    openLoops += 1
    defer { openLoops -= 1 }
    let target = try parseTarget(until: "in")
    try expect(.name("in"))
    let iterable = try parseTuple(allowsConditional: false, until: "recursive")
    let test = skip(.name("if")) ? try parseExpression() : nil
    guard !isName("recursive") else { throw TemplateError(.unsupported("a recursive loop")) }
    breakableLoops += 1
    let body = try parseBlock(until: ["endfor", "else"])
    breakableLoops -= 1
    var otherwise: [Statement] = []
    if try expectName() == "else" {
      otherwise = try parseBlock(until: ["endfor"])
      advance()
    }
    return .forLoop(
      ForLoop(
        target: target, iterable: iterable, test: test,
        body: Frame(body, parameters: target.names + ["loop"]), otherwise: Frame(otherwise),
        line: line))
  }

  private mutating func parseIf(_ line: Int) throws(TemplateError) -> Statement {
    var branches: [(test: Expression, body: [Statement])] = []
    repeat {
      let test = try parseTuple(allowsConditional: false)
      branches.append((test, try parseBlock(until: ["elif", "else", "endif"])))
    } while skip(.name("elif"))
    var otherwise: [Statement] = []
    if try expectName() == "else" {
      otherwise = try parseBlock(until: ["endif"])
      advance()
    }
    return .branch(branches, otherwise: otherwise, line: line)
  }

  private mutating func parseFilterBlock(_ line: Int) throws(TemplateError) -> Statement {
    var filters = [try parseFilter()]
    filters += try parseFilters()
    let body = try parseBlock(until: ["endfilter"])
    advance()
    let frame = Frame(body, evaluating: filters.flatMap(\.expressions))
    return .filterBlock(filters: filters, frame, line: line)
  }

  private mutating func parseWith(_ line: Int) throws(TemplateError) -> Statement {
    var bindings: [(Target, Expression)] = []
    while current.kind != .blockEnd && current.kind != .end {
      if !bindings.isEmpty { try expect(.symbol(",")) }
      let target = try parseTarget()
      try expect(.symbol("="))
      bindings.append((target, try parseExpression()))
    }
    let body = try parseBlock(until: ["endwith"])
    advance()
    let names = bindings.flatMap(\.0.names)
    return .with(bindings, Frame(body, parameters: names), line: line)
  }

  private mutating func parsePrint(_ line: Int) throws(TemplateError) -> Statement {
    var values: [Expression] = []
    while current.kind != .blockEnd && current.kind != .end {
      if !values.isEmpty { try expect(.symbol(",")) }
      values.append(try parseExpression())
    }
    return .output(.concatenation(values), line: line)
  }

  // MARK: Targets

  /// Parses what a value is assigned to: a name, a tuple of names, or an attribute of a namespace.
  private mutating func parseTarget(
    allowsAttributes: Bool = false, until ending: String? = nil
  ) throws(TemplateError) -> Target {
    var targets = [try parseSingleTarget(allowsAttributes)]
    var isTuple = false
    while skip(.symbol(",")) {
      isTuple = true
      if isTupleEnd(ending) { break }
      targets.append(try parseSingleTarget(allowsAttributes))
    }
    return isTuple ? .tuple(targets) : targets[0]
  }

  private mutating func parseSingleTarget(
    _ allowsAttributes: Bool
  ) throws(TemplateError) -> Target {
    if skip(.symbol("(")) {
      let target = try nested { parser throws(TemplateError) in try parser.parseTarget() }
      try expect(.symbol(")"))
      return target
    }
    let name = try expectName()
    if allowsAttributes, skip(.symbol(".")) {
      namesRead.insert(name)
      return .attribute(namespace: name, try expectName())
    }
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw TemplateError(.syntax("can't assign to '\(name)'"))
    }
    guard name != "loop" || openLoops == 0 else {
      throw TemplateError(.syntax("can't assign to special loop variable in for-loop"))
    }
    return .name(name)
  }
}

extension Target {
  /// The names it binds.
  var names: [String] {
    switch self {
    case .name(let name): [name]
    case .tuple(let targets): targets.flatMap(\.names)
    case .attribute: []
    }
  }
}
