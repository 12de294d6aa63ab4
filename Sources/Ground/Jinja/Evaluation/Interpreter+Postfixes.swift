extension Interpreter {
  /// Applies what follows a value, from left to right.
  func apply(
    _ postfixes: [Postfix], to base: Value, in scope: Scope
  ) throws(TemplateError) -> Value {
    var value = base
    for postfix in postfixes {
      try budget.spend()
      value = try apply(postfix, to: value, in: scope)
      try budget.check(value)
    }
    return value
  }

  private func apply(
    _ postfix: Postfix, to value: Value, in scope: Scope
  ) throws(TemplateError) -> Value {
    switch postfix.operation {
    case .attribute(let name):
      mark(postfix.line)
      return try attribute(name, of: value)
    case .item(let expression):
      let key = try evaluate(expression, in: scope)
      mark(postfix.line)
      return try item(key, of: value)
    case .slice(let expressions):
      let bounds = try expressions.map { (bound) throws(TemplateError) in
        if let bound { try evaluate(bound, in: scope) } else { Value.none }
      }
      mark(postfix.line)
      return try slice(value, bounds)
    case .call(let expressions):
      let arguments = try evaluate(expressions, in: scope)
      mark(postfix.line)
      return try call(value, arguments)
    case .filter(let name, let expressions):
      let arguments = try evaluate(expressions, in: scope)
      mark(postfix.line)
      return try filter(name, value, arguments)
    case .test(let name, let expressions, let isNegated):
      let arguments = try evaluate(expressions, in: scope)
      mark(postfix.line)
      return .bool(try test(name, value, arguments) != isNegated)
    }
  }

  private func evaluate(
    _ expressions: CallArguments, in scope: Scope
  ) throws(TemplateError) -> Arguments {
    var arguments = Arguments(positional: try evaluate(expressions.positional, in: scope))
    for (name, value) in expressions.keyword {
      arguments.keywords.append((name, try evaluate(value, in: scope)))
    }
    if let unpacked = expressions.unpacked {
      arguments.positional += try elements(of: try evaluate(unpacked, in: scope))
    }
    return arguments
  }

  /// Applies a filter by its name.
  func filter(
    _ name: String, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    if let passing = Filters.passing[name] { return try passing(value, arguments, self) }
    guard let filter = Filters.all[name] else {
      if Unsupported.filters.contains(name) { throw .unsupported("the filter '\(name)'") }
      throw .syntax("no filter named '\(name)'")
    }
    let result = try filter.call(value, arguments, self, name: "the filter '\(name)'")
    try budget.pay(for: result)
    return result
  }

  /// Applies a test by its name.
  func test(_ name: String, _ value: Value, _ arguments: Arguments) throws(TemplateError) -> Bool {
    if let holds = Tests.plain[name] {
      _ = try arguments.bound(to: [], of: "the test '\(name)'")
      return holds(value)
    }
    guard let relation = Tests.relations[name] else {
      if Unsupported.tests.contains(name) { throw .unsupported("the test '\(name)'") }
      throw .syntax("no test named '\(name)'")
    }
    let other = try arguments.bound(to: ["other"], of: "the test '\(name)'").required(0)
    return try relation(value, other, self)
  }

  func call(_ callee: Value, _ arguments: Arguments) throws(TemplateError) -> Value {
    switch callee {
    case .undefined(let undefined): throw undefined.error
    case .callable(let callable):
      let result = try budget.nested { () throws(TemplateError) in try call(callable, arguments) }
      try budget.pay(for: result)
      return result
    default: throw .invalidOperation("'\(callee.typeName)' object is not callable")
    }
  }

  private func call(_ callable: Callable, _ arguments: Arguments) throws(TemplateError) -> Value {
    switch callable {
    case .macro(let macro): return .string(try call(macro, arguments))
    case .global(let name): return try callGlobal(name, arguments)
    case .method(let receiver, let name):
      return try Methods.call(name, of: receiver, arguments, self)
    }
  }
}
