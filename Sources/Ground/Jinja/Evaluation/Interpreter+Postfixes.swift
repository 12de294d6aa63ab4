extension Interpreter {
  /// Applies what follows a value, from left to right.
  func apply(
    _ postfixes: some Swift.Sequence<Postfix>, to base: Value, in scope: Scope
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
    case .slice(let start, let stop, let step):
      let bounds = try [start, stop, step].map { (bound) throws(TemplateError) in
        if let bound { try evaluate(bound, in: scope) } else { Value.none }
      }
      mark(postfix.line)
      return try slice(value, start: bounds[0], stop: bounds[1], step: bounds[2])
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
    guard let unpacked = expressions.unpackedKeywords else { return arguments }
    guard case .mapping(let mapping) = try evaluate(unpacked, in: scope) else {
      throw TemplateError(.invalidOperation("argument after ** must be a mapping"))
    }
    try budget.allocate(elements: mapping.count * Mapping.elementsPerMember)
    for (key, value) in zip(mapping.keys, mapping.values) {
      guard let name = key.stringValue else {
        throw TemplateError(.invalidOperation("keywords must be strings"))
      }
      arguments.keywords.append((name, value))
    }
    return arguments
  }

  /// Calls the macro that a call block names, with the block as its caller.
  func evaluateCall(
    _ expression: Expression, caller: MacroDefinition, in scope: Scope
  ) throws(TemplateError) -> Value {
    guard case .postfix(let base, let postfixes) = expression,
      case .call(let expressions) = postfixes.last?.operation
    else { return .none }
    let callee = try apply(postfixes.dropLast(), to: try evaluate(base, in: scope), in: scope)
    var arguments = try evaluate(expressions, in: scope)
    arguments.keywords.append(("caller", .callable(.macro(Macro(caller, in: scope)))))
    return try call(callee, arguments)
  }

  /// Applies a filter by its name.
  func filter(
    _ name: String, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    guard let filter = Filters.all[name] else {
      if Filters.unsupported.contains(name) {
        throw TemplateError(.unsupported("the filter '\(name)'"))
      }
      throw TemplateError(.syntax("no filter named '\(name)'"))
    }
    let result = try filter(self, value, arguments)
    try pay(for: result)
    return result
  }

  /// Applies a test by its name.
  func test(
    _ name: String, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Bool {
    guard let test = Tests.all[name] else {
      throw TemplateError(.syntax("no test named '\(name)'"))
    }
    return try test(self, value, arguments)
  }

  /// Pays for what a filter or function made.
  private func pay(for value: Value) throws(TemplateError) {
    switch value {
    case .string(let text), .markup(let text): try budget.allocate(text.utf8.count)
    case .list(let sequence), .tuple(let sequence):
      try budget.allocate(sequence.elements.count * MemoryLayout<Value>.stride)
    default: break
    }
  }

  // MARK: Calls

  func call(_ callee: Value, _ arguments: Arguments) throws(TemplateError) -> Value {
    switch callee {
    case .undefined(let undefined): throw undefined.error
    case .callable(let callable):
      let result = try budget.nested { () throws(TemplateError) in
        try call(callable, arguments)
      }
      try pay(for: result)
      return result
    default:
      throw TemplateError(.invalidOperation("'\(callee.typeName)' object is not callable"))
    }
  }

  private func call(
    _ callable: Callable, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    switch callable {
    case .macro(let macro): return .string(try call(macro, arguments))
    case .global(let name): return try callGlobal(name, arguments)
    case .method(let receiver, let name):
      return try Attributes.call(name, on: receiver, arguments, self)
    case .joiner(let joiner): return joiner.next()
    }
  }
}
