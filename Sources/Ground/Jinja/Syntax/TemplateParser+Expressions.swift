extension TemplateParser {
  /// Parses one expression.
  mutating func parseExpression(
    allowsConditional: Bool = true
  ) throws(TemplateError) -> Expression {
    try nested { parser throws(TemplateError) in
      allowsConditional ? try parser.parseConditional() : try parser.parseDisjunction()
    }
  }

  /// Parses an expression, or a tuple where commas follow.
  mutating func parseTuple(
    allowsConditional: Bool = true, until ending: String? = nil, isInBrackets: Bool = false
  ) throws(TemplateError) -> Expression {
    var elements: [Expression] = []
    var isTuple = false
    while true {
      if isTupleEnd(ending) { break }
      elements.append(try parseExpression(allowsConditional: allowsConditional))
      guard skip(.symbol(",")) else { break }
      isTuple = true
    }
    if !isTuple {
      if let element = elements.first { return element }
      guard isInBrackets else {
        throw TemplateError(.syntax("expected an expression, got \(current.description)"))
      }
    }
    return .tuple(elements)
  }

  func isTupleEnd(_ ending: String?) -> Bool {
    if let ending, isName(ending) { return true }
    return current.kind == .variableEnd || current.kind == .blockEnd || isSymbol(")")
  }

  // MARK: Operators, loosest first

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
    var operands = [try parseConjunction()]
    while skip(.name("or")) { operands.append(try parseConjunction()) }
    return operands.count == 1 ? operands[0] : .disjunction(operands)
  }

  private mutating func parseConjunction() throws(TemplateError) -> Expression {
    var operands = [try parseNegation()]
    while skip(.name("and")) { operands.append(try parseNegation()) }
    return operands.count == 1 ? operands[0] : .conjunction(operands)
  }

  private mutating func parseNegation() throws(TemplateError) -> Expression {
    guard skip(.name("not")) else { return try parseComparison() }
    return .not(try nested { parser throws(TemplateError) in try parser.parseNegation() })
  }

  private mutating func parseComparison() throws(TemplateError) -> Expression {
    let first = try parseSum()
    var rest: [(ComparisonOperator, Expression)] = []
    while let comparison = comparisonOperator() {
      advance()
      if comparison == .notContained { advance() }
      rest.append((comparison, try parseSum()))
    }
    return rest.isEmpty ? first : .comparison(first, rest)
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
      try parser.parseConcatenation()
    }
  }

  private mutating func parseConcatenation() throws(TemplateError) -> Expression {
    var operands = [try parseProduct()]
    while skip(.symbol("~")) { operands.append(try parseProduct()) }
    return operands.count == 1 ? operands[0] : .concatenation(operands)
  }

  private mutating func parseProduct() throws(TemplateError) -> Expression {
    try parseArithmetic([.multiply, .divide, .floorDivide, .remainder]) {
      parser throws(TemplateError) in
      try parser.parseArithmetic([.power]) { parser throws(TemplateError) in
        try parser.parseUnary()
      }
    }
  }

  private mutating func parseArithmetic(
    _ operators: [ArithmeticOperator],
    operand: (inout TemplateParser) throws(TemplateError) -> Expression
  ) throws(TemplateError) -> Expression {
    let first = try operand(&self)
    var rest: [(ArithmeticOperator, Expression)] = []
    while case .symbol(let symbol) = current.kind,
      let arithmetic = ArithmeticOperator(rawValue: symbol), operators.contains(arithmetic)
    {
      advance()
      rest.append((arithmetic, try operand(&self)))
    }
    return rest.isEmpty ? first : .arithmetic(first, rest)
  }

  private mutating func parseUnary(allowsFilters: Bool = true) throws(TemplateError) -> Expression {
    let expression: Expression
    if isSymbol("-") || isSymbol("+") {
      let isNegative = isSymbol("-")
      advance()
      let operand = try nested { parser throws(TemplateError) in
        try parser.parseUnary(allowsFilters: false)
      }
      expression = .sign(operand, isNegative: isNegative)
    } else {
      expression = try parsePrimary()
    }
    let postfixes = try parsePostfixes(allowsFilters: allowsFilters)
    return postfixes.isEmpty ? expression : .postfix(expression, postfixes)
  }

  // MARK: Values

  mutating func parsePrimary() throws(TemplateError) -> Expression {
    let kind = current.kind
    switch kind {
    case .name(let name):
      advance()
      return nameOrConstant(name)
    case .string: return .literal(.string(parseAdjacentStrings()))
    case .integer(let value):
      advance()
      return .literal(.integer(value))
    case .float(let value):
      advance()
      return .literal(.float(value))
    case .symbol("("):
      advance()
      let expression = try parseTuple(isInBrackets: true)
      try expect(.symbol(")"))
      return expression
    case .symbol("["): return try parseList()
    case .symbol("{"): return try parseDictionary()
    default: throw unexpected()
    }
  }

  private mutating func nameOrConstant(_ name: String) -> Expression {
    switch name {
    case "true", "True": return .literal(.bool(true))
    case "false", "False": return .literal(.bool(false))
    case "none", "None": return .literal(.none)
    default:
      namesRead.insert(name)
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

  private mutating func parseList() throws(TemplateError) -> Expression {
    var elements: [Expression] = []
    advance()
    while !isSymbol("]") {
      elements.append(try parseExpression())
      if !isSymbol("]") { try expect(.symbol(",")) }
    }
    advance()
    return .list(elements)
  }

  private mutating func parseDictionary() throws(TemplateError) -> Expression {
    var members: [(key: Expression, value: Expression)] = []
    advance()
    while !isSymbol("}") {
      let key = try parseExpression()
      try expect(.symbol(":"))
      members.append((key, try parseExpression()))
      if !isSymbol("}") { try expect(.symbol(",")) }
    }
    advance()
    return .dictionary(members)
  }
}
