extension TemplateParser {
  /// Parses what follows a value; filters and tests only after the subscripts and calls.
  mutating func parsePostfixes(allowsFilters: Bool) throws(TemplateError) -> [Postfix] {
    var postfixes = try parseSubscriptsAndCalls()
    guard allowsFilters else { return postfixes }
    while true {
      if isSymbol("|") {
        postfixes += try parseFilters()
      } else if isName("is") {
        postfixes.append(try parseTest())
      } else if isSymbol("(") {
        postfixes.append(try parseCall())
      } else {
        return postfixes
      }
    }
  }

  private mutating func parseSubscriptsAndCalls() throws(TemplateError) -> [Postfix] {
    var postfixes: [Postfix] = []
    while true {
      switch current.kind {
      case .symbol("."): postfixes.append(try parseAttribute())
      case .symbol("["): postfixes.append(try parseItem())
      case .symbol("("): postfixes.append(try parseCall())
      default: return postfixes
      }
    }
  }

  private mutating func parseAttribute() throws(TemplateError) -> Postfix {
    let line = line
    advance()
    if case .integer(let index) = current.kind {
      advance()
      return Postfix(operation: .item(.literal(.integer(index))), line: line)
    }
    return Postfix(operation: .attribute(try expectName()), line: line)
  }

  private mutating func parseItem() throws(TemplateError) -> Postfix {
    let line = line
    advance()
    var bounds = [isSymbol(":") ? nil : try parseExpression()]
    if let index = bounds[0], !isSymbol(":") {
      if isSymbol(",") { throw .unsupported("an item of several keys") }
      try expect(.symbol("]"))
      return Postfix(operation: .item(index), line: line)
    }
    while bounds.count < 3, skip(.symbol(":")) {
      bounds.append(isSymbol(":") || isSymbol("]") ? nil : try parseExpression())
    }
    try expect(.symbol("]"))
    return Postfix(operation: .slice(bounds), line: line)
  }

  private mutating func parseCall() throws(TemplateError) -> Postfix {
    let line = line
    return Postfix(operation: .call(try parseArguments()), line: line)
  }

  /// Parses `|name(arguments)` as often as it stands here.
  mutating func parseFilters() throws(TemplateError) -> [Postfix] {
    var filters: [Postfix] = []
    while skip(.symbol("|")) { filters.append(try parseFilter()) }
    return filters
  }

  mutating func parseFilter() throws(TemplateError) -> Postfix {
    let line = line
    let name = try parseDottedName()
    // One that Jinja does not know either is an error only where it is used.
    if Unsupported.filters.contains(name) { throw .unsupported("the filter '\(name)'") }
    let arguments = isSymbol("(") ? try parseArguments() : CallArguments()
    return Postfix(operation: .filter(name, arguments), line: line)
  }

  private mutating func parseDottedName() throws(TemplateError) -> String {
    var name = try expectName()
    while skip(.symbol(".")) { name += "." + (try expectName()) }
    return name
  }

  private mutating func parseTest() throws(TemplateError) -> Postfix {
    let line = line
    advance()
    let isNegated = skip(.name("not"))
    let name = try parseDottedName()
    if Unsupported.tests.contains(name) { throw .unsupported("the test '\(name)'") }
    var arguments = CallArguments()
    if isSymbol("(") {
      arguments = try parseArguments()
    } else if startsTestArgument {
      guard !isName("is") else { throw .syntax("you cannot chain multiple tests with is") }
      let argument = try parsePrimary()
      let postfixes = try parseSubscriptsAndCalls()
      arguments.positional = [postfixes.isEmpty ? argument : .postfix(argument, postfixes)]
    }
    return Postfix(operation: .test(name, arguments, isNegated: isNegated), line: line)
  }

  /// True where a test takes its one argument without brackets, as in `is divisibleby 3`.
  private var startsTestArgument: Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .string, .integer, .symbol("["), .symbol("{"): true
    default: false
    }
  }

  private mutating func parseArguments() throws(TemplateError) -> CallArguments {
    var arguments = CallArguments()
    try expect(.symbol("("))
    while !isSymbol(")") {
      try parseArgument(&arguments)
      if !isSymbol(")") { try expect(.symbol(",")) }
    }
    advance()
    return arguments
  }

  private mutating func parseArgument(_ arguments: inout CallArguments) throws(TemplateError) {
    if isSymbol("**") { throw .unsupported("'**' in a call") }
    if case .name(let name) = current.kind, next.kind == .symbol("=") {
      advance()
      advance()
      return arguments.keyword.append((name, try parseExpression()))
    }
    guard arguments.unpacked == nil else {
      throw .syntax("invalid syntax for function call expression")
    }
    if skip(.symbol("*")) {
      arguments.unpacked = try parseExpression()
    } else {
      guard arguments.keyword.isEmpty else {
        throw .syntax("invalid syntax for function call expression")
      }
      arguments.positional.append(try parseExpression())
    }
  }
}
