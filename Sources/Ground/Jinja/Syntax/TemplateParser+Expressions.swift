extension TemplateParser {
  /// Parses one expression.
  mutating func parseExpression(
    allowsConditional: Bool = true
  ) throws(TemplateError) -> Expression {
    try nested { parser throws(TemplateError) in
      allowsConditional ? try parser.parseConditional() : try parser.parseDisjunction()
    }
  }

  private mutating func parseConditional() throws(TemplateError) -> Expression {
    var expression = try parseDisjunction()
    var links = 0
    while skip(.name("if")) {
      links += 1
      try checkNesting(links)
      let test = try parseDisjunction()
      let otherwise =
        skip(.name("else"))
        ? try nested { parser throws(TemplateError) in try parser.parseConditional() } : nil
      expression = .conditional(test: test, value: expression, otherwise: otherwise)
    }
    return expression
  }

  private mutating func parseDisjunction() throws(TemplateError) -> Expression {
    try parseChain(of: .name("or"), Expression.disjunction) { parser throws(TemplateError) in
      try parser.parseChain(of: .name("and"), Expression.conjunction) {
        parser throws(TemplateError) in try parser.parseNegation()
      }
    }
  }

  /// Operands with one operator between them.
  private mutating func parseChain(
    of separator: TemplateToken.Kind, _ make: ([Expression]) -> Expression,
    operand: (inout TemplateParser) throws(TemplateError) -> Expression
  ) throws(TemplateError) -> Expression {
    var operands = [try operand(&self)]
    while skip(separator) { operands.append(try operand(&self)) }
    return operands.count == 1 ? operands[0] : make(operands)
  }

  private mutating func parseNegation() throws(TemplateError) -> Expression {
    guard skip(.name("not")) else { return try parseComparison() }
    return .not(try nested { parser throws(TemplateError) in try parser.parseNegation() })
  }

  private mutating func parseComparison() throws(TemplateError) -> Expression {
    let left = try parseSum()
    guard let comparison = comparisonOperator() else { return left }
    advance()
    if comparison == .notContained { advance() }
    let right = try parseSum()
    if comparisonOperator() != nil { throw .unsupported("a chain of comparisons") }
    return .comparison(left, comparison, right)
  }

  private func comparisonOperator() -> ComparisonOperator? {
    switch current.kind {
    case .symbol(let symbol): ComparisonOperator(rawValue: symbol)
    case .name("in"): .contained
    case .name("not") where next.kind == .name("in"): .notContained
    default: nil
    }
  }

  private mutating func parseSum() throws(TemplateError) -> Expression {
    try parseArithmetic([.add, .subtract]) { parser throws(TemplateError) in
      try parser.parseChain(of: .symbol("~"), Expression.concatenation) {
        parser throws(TemplateError) in try parser.parseProduct()
      }
    }
  }

  private mutating func parseProduct() throws(TemplateError) -> Expression {
    try parseArithmetic([.multiply, .remainder]) { parser throws(TemplateError) in
      try parser.parseUnary()
    }
  }

  private mutating func parseArithmetic(
    _ operators: [ArithmeticOperator],
    operand: (inout TemplateParser) throws(TemplateError) -> Expression
  ) throws(TemplateError) -> Expression {
    let first = try operand(&self)
    var rest: [(ArithmeticOperator, Expression)] = []
    while case .symbol(let symbol) = current.kind {
      if Unsupported.operators.contains(symbol) { throw .unsupported("the operator '\(symbol)'") }
      guard let arithmetic = ArithmeticOperator(rawValue: symbol), operators.contains(arithmetic)
      else { break }
      advance()
      rest.append((arithmetic, try operand(&self)))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest)
  }

  /// The sign stands before what follows the value, but filters and tests work on the signed value.
  private mutating func parseUnary(allowsFilters: Bool = true) throws(TemplateError) -> Expression {
    if isSymbol("+") { throw .unsupported("the sign '+'") }
    let expression: Expression =
      skip(.symbol("-"))
      ? .negative(
        try nested { parser throws(TemplateError) in try parser.parseUnary(allowsFilters: false) })
      : try parsePrimary()
    let postfixes = try parsePostfixes(allowsFilters: allowsFilters)
    return postfixes.isEmpty ? expression : .postfix(expression, postfixes)
  }

  mutating func parsePrimary() throws(TemplateError) -> Expression {
    switch current.kind {
    case .name(let name):
      let expression = try nameOrConstant(name)
      advance()
      return expression
    case .string: return .literal(.string(parseAdjacentStrings()))
    case .integer(let value):
      advance()
      return .literal(.integer(value))
    case .symbol("("): return try parseBrackets()
    case .symbol("["):
      return .list(
        try parseElements(until: "]") { parser throws(TemplateError) in try parser.parseExpression()
        })
    case .symbol("{"):
      return .dictionary(
        try parseElements(until: "}") { parser throws(TemplateError) in
          let key = try parser.parseExpression()
          try parser.expect(.symbol(":"))
          return (key, try parser.parseExpression())
        })
    case .variableEnd, .blockEnd:
      throw .syntax("expected an expression, got \(current.description)")
    default: throw unexpected()
    }
  }

  private mutating func nameOrConstant(_ name: String) throws(TemplateError) -> Expression {
    switch name {
    case "true", "True": return .literal(.bool(true))
    case "false", "False": return .literal(.bool(false))
    case "none", "None": return .literal(.none)
    default:
      if let macroParameters, Unsupported.macroNames.contains(name), !macroParameters.contains(name)
      {
        throw .unsupported("'\(name)' in a macro")
      }
      names.read(name)
      return .name(name)
    }
  }

  private mutating func parseAdjacentStrings() -> String {
    var text = ""
    while case .string(let part) = current.kind {
      text += part
      advance()
    }
    return text
  }

  /// An expression in brackets, or a tuple where there is a comma.
  private mutating func parseBrackets() throws(TemplateError) -> Expression {
    var isTuple = false
    let elements = try parseElements(until: ")") { parser throws(TemplateError) in
      let element = try parser.parseExpression()
      isTuple = isTuple || parser.isSymbol(",")
      return element
    }
    if let element = elements.first, !isTuple { return element }
    return .tuple(elements)
  }

  /// What commas separate, up to a closing bracket.
  private mutating func parseElements<Element>(
    until close: String, _ parse: (inout TemplateParser) throws(TemplateError) -> Element
  ) throws(TemplateError) -> [Element] {
    var elements: [Element] = []
    advance()
    while !isSymbol(close) {
      elements.append(try parse(&self))
      if !isSymbol(close) { try expect(.symbol(",")) }
    }
    advance()
    return elements
  }
}
