extension Interpreter {
  func evaluate(_ expression: Expression, in scope: Scope) throws(TemplateError) -> Value {
    try budget.spend()
    switch expression {
    case .literal(let literal): return literal.value
    case .name(let name): return scope.value(of: name)
    default:
      let value = try budget.nested { () throws(TemplateError) in
        try evaluateCompound(expression, in: scope)
      }
      try budget.check(value)
      return value
    }
  }

  func evaluate(_ expressions: [Expression], in scope: Scope) throws(TemplateError) -> [Value] {
    try expressions.map { (expression) throws(TemplateError) in try evaluate(expression, in: scope)
    }
  }

  private func evaluateCompound(
    _ expression: Expression, in scope: Scope
  ) throws(TemplateError) -> Value {
    switch expression {
    case .literal, .name: return .none
    case .list(let elements):
      try budget.allocate(elements: elements.count)
      return .list(try evaluate(elements, in: scope))
    case .tuple(let elements):
      try budget.allocate(elements: elements.count)
      return .tuple(try evaluate(elements, in: scope))
    case .dictionary(let members): return .mapping(try evaluate(members, in: scope))
    case .concatenation(let operands): return .string(try concatenate(operands, in: scope))
    case .not(let operand): return .bool(!(try evaluate(operand, in: scope).isTrue))
    case .negative(let operand): return try negative(try evaluate(operand, in: scope))
    case .conjunction(let operands): return try first(of: operands, in: scope, being: false)
    case .disjunction(let operands): return try first(of: operands, in: scope, being: true)
    case .conditional(let test, let value, let otherwise):
      if try evaluate(test, in: scope).isTrue { return try evaluate(value, in: scope) }
      guard let otherwise else { return Self.noElse }
      return try evaluate(otherwise, in: scope)
    case .arithmetic(let first, let rest):
      var value = try evaluate(first, in: scope)
      for (arithmetic, operand) in rest {
        value = try arithmetic.apply(value, try evaluate(operand, in: scope), budget)
        try budget.check(value)
      }
      return value
    case .comparison(let left, let comparison, let right):
      return .bool(
        try compare(try evaluate(left, in: scope), comparison, try evaluate(right, in: scope)))
    case .postfix(let base, let postfixes):
      return try apply(postfixes, to: try evaluate(base, in: scope), in: scope)
    }
  }

  private static var noElse: Value {
    .undefined("the inline if-expression evaluated to false and has no else section")
  }

  private func evaluate(
    _ members: [(key: Expression, value: Expression)], in scope: Scope
  ) throws(TemplateError) -> Mapping {
    var mapping = Mapping()
    try budget.allocate(elements: members.count * Mapping.elementsPerMember)
    for (key, value) in members {
      let key = try HashableValue(checking: try evaluate(key, in: scope))
      mapping.set(key, try evaluate(value, in: scope))
    }
    return mapping
  }

  private func concatenate(
    _ operands: [Expression], in scope: Scope
  ) throws(TemplateError) -> String {
    var text = BoundedText(budget)
    for operand in operands { try text.append(try evaluate(operand, in: scope).text(budget)) }
    return text.text
  }

  /// `and` and `or` give the operand that decides, not its truth.
  private func first(
    of operands: [Expression], in scope: Scope, being truth: Bool
  ) throws(TemplateError) -> Value {
    var value = Value.none
    for operand in operands {
      value = try evaluate(operand, in: scope)
      if value.isTrue == truth { break }
    }
    return value
  }

  private func negative(_ value: Value) throws(TemplateError) -> Value {
    try value.checkDefined()
    if case .float = value { throw .unsupported("'-' with a float") }
    guard let number = value.integerValue else {
      throw .invalidOperation("bad operand type for unary -: '\(value.typeName)'")
    }
    return try ArithmeticOperator.subtract.apply(.integer(0), .integer(number), budget)
  }

  func compare(
    _ left: Value, _ comparison: ComparisonOperator, _ right: Value
  ) throws(TemplateError) -> Bool {
    switch comparison {
    case .contained: return try contains(left, in: right)
    case .notContained: return !(try contains(left, in: right))
    default: try budget.spend(reading: min(left.weight, right.weight))
    }
    func order() throws(TemplateError) -> Int? {
      try left.order(relativeTo: right, operator: comparison.rawValue)
    }
    switch comparison {
    case .equal: return left.isEqual(to: right)
    case .notEqual: return !left.isEqual(to: right)
    case .less: return try order().map { $0 < 0 } ?? false
    case .lessOrEqual: return try order().map { $0 <= 0 } ?? false
    case .greater: return try order().map { $0 > 0 } ?? false
    default: return try order().map { $0 >= 0 } ?? false
    }
  }

  /// Python's `in`.
  private func contains(_ value: Value, in container: Value) throws(TemplateError) -> Bool {
    switch container {
    case .string(let text), .markup(let text):
      guard let part = value.stringValue else {
        throw .invalidOperation(
          "'in <string>' requires string as left operand, not \(value.typeName)")
      }
      try budget.spend(reading: text.utf8.count)
      return TextSearch.find(Array(part.utf8), in: Array(text.utf8)) != nil
    case .mapping(let mapping): return mapping[try HashableValue(checking: value)] != nil
    case .namespace: throw .invalidOperation("argument of type 'Namespace' is not iterable")
    default:
      try budget.spend(reading: container.weight)
      return try elements(of: container).contains { $0.isEqual(to: value) }
    }
  }
}

extension Literal {
  fileprivate var value: Value {
    switch self {
    case .none: .none
    case .bool(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .string(let text): .string(text)
    }
  }
}
