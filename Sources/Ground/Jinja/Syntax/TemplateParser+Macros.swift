extension TemplateParser {
  private static let specialNames: Set<String> = ["caller", "varargs", "kwargs"]

  mutating func parseMacro(_ line: Int) throws(TemplateError) -> Statement {
    let name = try expectName()
    return .macro(try parseDefinition(name: name, ending: "endmacro", line))
  }

  mutating func parseCallBlock(_ line: Int) throws(TemplateError) -> Statement {
    let parameters = isSymbol("(") ? try parseParameters() : []
    let call = try parseExpression()
    guard case .postfix(_, let postfixes) = call, case .call = postfixes.last?.operation else {
      throw TemplateError(.syntax("expected call"))
    }
    let caller = try parseDefinition(
      name: nil, parameters: parameters, ending: "endcall", line)
    return .callBlock(call, caller: caller, line: line)
  }

  private mutating func parseDefinition(
    name: String?, parameters: [(name: String, defaultValue: Expression?)]? = nil,
    ending: String, _ line: Int
  ) throws(TemplateError) -> MacroDefinition {
    let parameters = if let parameters { parameters } else { try parseParameters() }
    let names = parameters.map(\.name)
    let (body, special) = try parseMacroBody(ending: ending)
    let undeclared = special.subtracting(names)
    if special.contains("caller"),
      parameters.contains(where: { $0.name == "caller" && $0.defaultValue == nil })
    {
      throw TemplateError(.syntax("the special \"caller\" argument must have a default"))
    }
    let frame = Frame(
      body, parameters: names + undeclared, evaluating: parameters.compactMap(\.defaultValue))
    return MacroDefinition(
      name: name, parameters: parameters, body: frame, specialNames: undeclared, line: line)
  }

  /// Parses a body that is run as a function, and finds which special names it reads.
  mutating func parseMacroBody(
    ending: String
  ) throws(TemplateError) -> (body: [Statement], specialNames: Set<String>) {
    let outer = (namesRead, breakableLoops)
    namesRead = []
    breakableLoops = 0
    let body = try parseBlock(until: [ending])
    advance()
    let special = namesRead.intersection(Self.specialNames)
    namesRead.formUnion(outer.0)
    breakableLoops = outer.1
    return (body, special)
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
        throw TemplateError(.syntax("non-default argument follows default argument"))
      }
      parameters.append((name, value))
    }
    advance()
    return parameters
  }
}
