extension Interpreter {
  func execute(_ statements: [Statement], in scope: Scope) throws(TemplateError) -> Flow {
    for statement in statements {
      try budget.spend()
      let flow = try execute(statement, in: scope)
      guard flow == .goesOn else { return flow }
    }
    return .goesOn
  }

  private func execute(_ statement: Statement, in scope: Scope) throws(TemplateError) -> Flow {
    switch statement {
    case .data(let text): try write(text)
    case .output(let expression, let line):
      mark(line)
      try write(try evaluate(expression, in: scope).text(budget))
    case .assign(let target, let expression, let line):
      mark(line)
      // A namespace must be one before the value is even computed.
      if case .attribute(let name, _) = target { _ = try namespace(name, in: scope) }
      try assign(try evaluate(expression, in: scope), to: target, in: scope)
    case .macro(let definition):
      scope.set(definition.name, .callable(.macro(Macro(definition, in: scope))))
    case .generation(let definition): try write(try call(Macro(definition, in: scope), Arguments()))
    case .breakLoop: return .breaks
    case .continueLoop: return .continues
    default:
      return try budget.nested { () throws(TemplateError) in try executeBlock(statement, in: scope)
      }
    }
    return .goesOn
  }

  private func executeBlock(_ statement: Statement, in scope: Scope) throws(TemplateError) -> Flow {
    switch statement {
    case .branch(let branches, let otherwise, let line):
      mark(line)
      for (test, body) in branches where try evaluate(test, in: scope).isTrue {
        return try execute(body, in: scope)
      }
      return try execute(otherwise, in: scope)
    case .forLoop(let loop): return try execute(loop, in: scope)
    case .assignBlock(let target, let frame, let line):
      mark(line)
      return try captureBlock(frame, in: scope) { (text, _) throws(TemplateError) in
        try assign(.string(text), to: target, in: scope)
      }
    case .filterBlock(let filters, let frame, let line):
      mark(line)
      return try captureBlock(frame, in: scope) { (text, inner) throws(TemplateError) in
        try write(try apply(filters, to: .string(text), in: inner).text(budget))
      }
    default: return .goesOn
    }
  }

  /// Runs a block whose text is used when it has come to its end.
  private func captureBlock(
    _ frame: Frame, in scope: Scope, use: (String, Scope) throws(TemplateError) -> Void
  ) throws(TemplateError) -> Flow {
    let inner = Scope(frame, in: scope)
    defer { inner.leave() }
    let (text, flow) = try capture { () throws(TemplateError) in
      try execute(frame.statements, in: inner)
    }
    if flow == .goesOn { try use(text, inner) }
    return flow
  }

  private func execute(_ loop: ForLoop, in scope: Scope) throws(TemplateError) -> Flow {
    mark(loop.line)
    let items = try selectedItems(of: loop, in: scope)
    let state = Loop(items)
    for (index, item) in items.enumerated() {
      try budget.spend()
      state.index = index
      let inner = Scope(loop.body, in: scope)
      defer { inner.leave() }
      inner.set("loop", .loop(state))
      try bind(item, to: loop, in: inner)
      if try execute(loop.body.statements, in: inner) == .breaks { break }
    }
    return .goesOn
  }

  private func selectedItems(of loop: ForLoop, in scope: Scope) throws(TemplateError) -> [Value] {
    let items = try elements(of: try evaluate(loop.iterable, in: scope))
    guard let test = loop.test else { return items }
    var selected: [Value] = []
    let inner = Scope(Frame(statements: [], names: FrameNames()), in: scope)
    defer { inner.leave() }
    for item in items {
      try bind(item, to: loop, in: inner)
      if try evaluate(test, in: inner).isTrue { selected.append(item) }
    }
    return selected
  }

  private func bind(_ item: Value, to loop: ForLoop, in scope: Scope) throws(TemplateError) {
    guard loop.isUnpacking else { return scope.set(loop.names[0], item) }
    let values = try elements(of: item)
    guard values.count == loop.names.count else {
      throw .invalidOperation("cannot unpack \(values.count) values into \(loop.names.count) names")
    }
    for (name, value) in zip(loop.names, values) { scope.set(name, value) }
  }

  private func namespace(_ name: String, in scope: Scope) throws(TemplateError) -> Namespace {
    guard case .namespace(let namespace) = scope.value(of: name) else {
      throw .invalidOperation("cannot assign attribute on non-namespace object '\(name)'")
    }
    return namespace
  }

  private func assign(_ value: Value, to target: Target, in scope: Scope) throws(TemplateError) {
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let name, let attribute):
      let namespace = try namespace(name, in: scope)
      try Namespace.check(attribute)
      namespace.attributes.set(attribute, value)
      try budget.check(.mapping(namespace.attributes))
    }
  }
}
