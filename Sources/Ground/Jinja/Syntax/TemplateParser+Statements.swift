extension TemplateParser {
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
        statements.append(.output(try parseExpression(), line: token.line))
        try expectEnd(.variableEnd)
      case .blockBegin:
        advance()
        if case .name(let name) = current.kind, endings.contains(name) { return statements }
        statements.append(
          try nested { parser throws(TemplateError) in try parser.parseStatement() })
        try expectEnd(.blockEnd)
      default:
        guard endings.isEmpty else {
          let names = endings.sorted().map { "'\($0)'" }.joined(separator: " or ")
          throw .syntax("unexpected end of template, looking for \(names)")
        }
        return statements
      }
    }
  }

  /// Parses the body of a block from the end of its opening tag.
  private mutating func parseBlock(
    until endings: Set<String>
  ) throws(TemplateError) -> [Statement] {
    _ = skip(.symbol(":"))
    try expectEnd(.blockEnd)
    return try parseBody(until: endings)
  }

  /// Parses a block that ends with a tag of its own.
  private mutating func parseBlock(endingWith ending: String) throws(TemplateError) -> [Statement] {
    let body = try parseBlock(until: [ending])
    advance()
    return body
  }

  /// The same with a scope of its own.
  private mutating func parseFrame(
    _ parameters: [String] = [], endingWith ending: String
  ) throws(TemplateError) -> Frame {
    let (body, names) = try scoped(parameters) { parser throws(TemplateError) in
      try parser.parseBlock(endingWith: ending)
    }
    return Frame(statements: body, names: names)
  }

  /// The end of a tag; what stands there instead may be a construct that has a name.
  private mutating func expectEnd(_ kind: TemplateToken.Kind) throws(TemplateError) {
    if isSymbol(",") { throw .unsupported("a tuple without brackets") }
    try expect(kind)
  }

  private mutating func parseStatement() throws(TemplateError) -> Statement {
    let line = line
    let tag = try expectName()
    switch tag {
    case "set": return try parseSet(line)
    case "for": return try parseFor(line)
    case "if": return try parseIf(line)
    case "macro":
      let name = try expectName()
      let macro = try parseMacro(name, ending: "endmacro")
      names.assign(name)
      return .macro(macro)
    case "generation": return .generation(try parseMacro("", ending: "endgeneration"))
    case "filter":
      let filters = [try parseFilter()] + (try parseFilters())
      return .filterBlock(filters, try parseFrame(endingWith: "endfilter"), line: line)
    case "break", "continue":
      guard breakableLoops > 0 else { throw .syntax("'\(tag)' outside loop") }
      return tag == "break" ? .breakLoop : .continueLoop
    case _ where Unsupported.tags.contains(tag):
      throw .unsupported("the tag '\(tag)'").at(line: line)
    default: throw .syntax("unknown tag '\(tag)'").at(line: line)
    }
  }

  private mutating func parseSet(_ line: Int) throws(TemplateError) -> Statement {
    let target = try parseTarget()
    if isSymbol(",") { throw .unsupported("an assignment to several names") }
    if isSymbol("|") { throw .unsupported("a 'set' block with filters") }
    let statement: Statement =
      skip(.symbol("="))
      ? .assign(target, try parseExpression(), line: line)
      : .assignBlock(target, try parseFrame(endingWith: "endset"), line: line)
    switch target {
    case .name(let name): names.assign(name)
    case .attribute(let namespace, _): names.read(namespace)
    }
    return statement
  }

  private mutating func parseFor(_ line: Int) throws(TemplateError) -> Statement {
    openLoops += 1
    defer { openLoops -= 1 }
    let (targets, isUnpacking) = try parseLoopNames()
    try expect(.name("in"))
    let iterable = try parseExpression(allowsConditional: false)
    let (test, testNames) = try scoped([]) { parser throws(TemplateError) in
      parser.skip(.name("if")) ? try parser.parseExpression() : nil
    }
    if isName("recursive") { throw .unsupported("a recursive loop") }
    breakableLoops += 1
    let (body, names) = try scoped(targets + ["loop"]) { parser throws(TemplateError) in
      try parser.parseBlock(until: ["endfor", "else"])
    }
    breakableLoops -= 1
    if isName("else") { throw .unsupported("'else' of a loop") }
    advance()
    return .forLoop(
      ForLoop(
        names: targets, isUnpacking: isUnpacking, iterable: iterable, test: test,
        testNames: testNames, body: Frame(statements: body, names: names), line: line))
  }

  private mutating func parseIf(_ line: Int) throws(TemplateError) -> Statement {
    var branches: [(test: Expression, body: [Statement])] = []
    var assigned = FrameNames()
    repeat {
      let test = try parseExpression(allowsConditional: false)
      let before = names
      branches.append((test, try parseBlock(until: ["elif", "else", "endif"])))
      assigned.join(names)
      names = before
    } while skip(.name("elif"))
    let before = names
    let otherwise = try expectName() == "else" ? try parseBlock(endingWith: "endif") : []
    assigned.join(names)
    names = before
    names.join(assigned)
    return .branch(branches, otherwise: otherwise, line: line)
  }

  private mutating func parseMacro(
    _ name: String, ending: String
  ) throws(TemplateError) -> MacroDefinition {
    let outer = (macroParameters, breakableLoops)
    defer { (macroParameters, breakableLoops) = outer }
    let (node, names) = try scoped([]) { parser throws(TemplateError) in
      let parameters = name.isEmpty ? [] : try parser.parseParameters()
      for parameter in parameters { parser.names.read(parameter.name) }
      parser.macroParameters = (parser.macroParameters ?? []) + parameters.map(\.name)
      parser.breakableLoops = 0
      return (parameters, try parser.parseBlock(endingWith: ending))
    }
    return MacroDefinition(
      name: name, parameters: node.0, body: Frame(statements: node.1, names: names))
  }

  private mutating func parseParameters() throws(TemplateError) -> [(
    name: String, defaultValue: Expression?
  )] {
    var parameters: [(name: String, defaultValue: Expression?)] = []
    try expect(.symbol("("))
    while !isSymbol(")") {
      if !parameters.isEmpty { try expect(.symbol(",")) }
      let name = try expectName()
      let value = skip(.symbol("=")) ? try parseExpression() : nil
      if value == nil && parameters.last?.defaultValue != nil {
        throw .syntax("non-default argument follows default argument")
      }
      parameters.append((name, value))
    }
    advance()
    return parameters
  }

  private mutating func parseTarget() throws(TemplateError) -> Target {
    if isSymbol("(") { throw .unsupported("an assignment to several names") }
    let name = try expectName()
    if skip(.symbol(".")) { return .attribute(namespace: name, try expectName()) }
    return .name(try assignable(name))
  }

  private mutating func parseLoopNames() throws(TemplateError) -> ([String], isUnpacking: Bool) {
    var names: [String] = []
    repeat {
      if isSymbol("(") { throw .unsupported("brackets around the names of a loop") }
      if !names.isEmpty && isName("in") { return (names, true) }
      names.append(try assignable(try expectName()))
    } while skip(.symbol(","))
    return (names, names.count > 1)
  }

  private func assignable(_ name: String) throws(TemplateError) -> String {
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw .syntax("can't assign to '\(name)'")
    }
    guard name != "loop" || openLoops == 0 else {
      throw .syntax("can't assign to special loop variable in for-loop")
    }
    return name
  }
}
