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
      if isSymbol(".") {
        postfixes.append(try parseAttribute())
      } else if isSymbol("[") {
        postfixes.append(try parseItem())
      } else if isSymbol("(") {
        postfixes.append(try parseCall())
      } else {
        return postfixes
      }
    }
  }

  private mutating func parseAttribute() throws(TemplateError) -> Postfix {
    let line = line
    advance()
    switch current.kind {
    case .name(let name):
      advance()
      return Postfix(operation: .attribute(name), line: line)
    case .integer(let index):
      advance()
      return Postfix(operation: .item(.literal(.integer(index))), line: line)
    default: throw TemplateError(.syntax("expected name or number, got \(current.description)"))
    }
  }

  private mutating func parseItem() throws(TemplateError) -> Postfix {
    let line = line
    advance()
    let start = isSymbol(":") ? nil : try parseExpression()
    guard isSymbol(":") else {
      guard let first = start else { throw unexpected() }
      let index = isSymbol(",") ? try parseTupleIndex(first) : first
      try expect(.symbol("]"))
      return Postfix(operation: .item(index), line: line)
    }
    advance()
    let stop = isSymbol(":") || isSymbol("]") ? nil : try parseExpression()
    let step = skip(.symbol(":")) && !isSymbol("]") ? try parseExpression() : nil
    try expect(.symbol("]"))
    return Postfix(operation: .slice(start: start, stop: stop, step: step), line: line)
  }

  private mutating func parseTupleIndex(_ first: Expression) throws(TemplateError) -> Expression {
    var elements = [first]
    while skip(.symbol(",")) { elements.append(try parseExpression()) }
    return .tuple(elements)
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
    var arguments = CallArguments()
    if isSymbol("(") {
      arguments = try parseArguments()
    } else if startsTestArgument() {
      guard !isName("is") else {
        throw TemplateError(.syntax("you cannot chain multiple tests with is"))
      }
      let argument = try parsePrimary()
      let postfixes = try parseSubscriptsAndCalls()
      arguments.positional = [postfixes.isEmpty ? argument : .postfix(argument, postfixes)]
    }
    return Postfix(operation: .test(name, arguments, isNegated: isNegated), line: line)
  }

  /// True where a test takes its one argument without brackets, as in `is divisibleby 3`.
  private func startsTestArgument() -> Bool {
    switch current.kind {
    case .name(let name): !["else", "or", "and"].contains(name)
    case .string, .integer, .float, .symbol("["), .symbol("{"): true
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
    let isPlainAllowed = arguments.unpacked == nil && arguments.unpackedKeywords == nil
    if isSymbol("*"), isPlainAllowed {
      advance()
      arguments.unpacked = try parseExpression()
    } else if isSymbol("**"), arguments.unpackedKeywords == nil {
      advance()
      arguments.unpackedKeywords = try parseExpression()
    } else if case .name(let name) = current.kind, next.kind == .symbol("="),
      arguments.unpackedKeywords == nil
    {
      advance()
      advance()
      arguments.keyword.append((name, try parseExpression()))
    } else if isPlainAllowed, arguments.keyword.isEmpty {
      arguments.positional.append(try parseExpression())
    } else {
      throw TemplateError(.syntax("invalid syntax for function call expression"))
    }
  }
}
