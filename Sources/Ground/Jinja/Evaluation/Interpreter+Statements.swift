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
      try checkAttributes(of: target, in: scope)
      try assign(try evaluate(expression, in: scope), to: target, in: scope)
    case .macro(let definition):
      scope.set(definition.name ?? "", .callable(.macro(Macro(definition, in: scope))))
    case .generation(let definition):
      try write(try call(Macro(definition, in: scope), Arguments()))
    case .breakLoop: return .breaks
    case .continueLoop: return .continues
    default:
      return try budget.nested { () throws(TemplateError) in
        try executeBlock(statement, in: scope)
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
    case .assignBlock(let target, let filters, let frame, let line):
      mark(line)
      return try captureBlock(frame, filters, in: scope) { (value) throws(TemplateError) in
        try assign(value, to: target, in: scope)
      }
    case .filterBlock(let filters, let frame, let line):
      mark(line)
      return try captureBlock(frame, filters, in: scope) { (value) throws(TemplateError) in
        try write(try value.text(budget))
      }
    case .callBlock(let expression, let caller, let line):
      mark(line)
      try write(try evaluateCall(expression, caller: caller, in: scope).text(budget))
      return .goesOn
    case .with(let bindings, let frame, let line):
      mark(line)
      let inner = Scope(frame, in: scope)
      defer { inner.leave() }
      for (target, expression) in bindings {
        try assign(try evaluate(expression, in: scope), to: target, in: inner)
      }
      return try execute(frame.statements, in: inner)
    default: return .goesOn
    }
  }

  /// Runs a block whose text is filtered and then used.
  private func captureBlock(
    _ frame: Frame, _ filters: [Postfix], in scope: Scope,
    use: (Value) throws(TemplateError) -> Void
  ) throws(TemplateError) -> Flow {
    let inner = Scope(frame, in: scope)
    defer { inner.leave() }
    let (text, flow) = try capture { () throws(TemplateError) in
      try execute(frame.statements, in: inner)
    }
    if flow == .goesOn { try use(try apply(filters, to: .string(text), in: inner)) }
    return flow
  }

  // MARK: Loops

  private func execute(_ loop: ForLoop, in scope: Scope) throws(TemplateError) -> Flow {
    mark(loop.line)
    let items = try selectedItems(of: loop, in: scope)
    let state = Loop(items)
    var isFinished = false
    for (index, item) in items.enumerated() {
      try budget.spend()
      state.index = index
      let inner = Scope(loop.body, in: scope)
      defer { inner.leave() }
      inner.set("loop", .loop(state))
      try assign(item, to: loop.target, in: inner)
      let flow = try execute(loop.body.statements, in: inner)
      if flow == .breaks { break }
      // As in Jinja, `else` also runs when no iteration came to its end.
      isFinished = isFinished || flow == .goesOn
    }
    guard !isFinished else { return .goesOn }
    let inner = Scope(loop.otherwise, in: scope)
    defer { inner.leave() }
    return try execute(loop.otherwise.statements, in: inner)
  }

  private func selectedItems(of loop: ForLoop, in scope: Scope) throws(TemplateError) -> [Value] {
    let items = try elements(of: try evaluate(loop.iterable, in: scope))
    guard let test = loop.test else { return items }
    var selected: [Value] = []
    let inner = Scope(Frame([]), in: scope)
    defer { inner.leave() }
    for item in items {
      try assign(item, to: loop.target, in: inner)
      if try evaluate(test, in: inner).isTrue { selected.append(item) }
    }
    return selected
  }

  // MARK: Assignment

  /// A namespace must be one before the value is even computed.
  private func checkAttributes(of target: Target, in scope: Scope) throws(TemplateError) {
    switch target {
    case .name: break
    case .tuple(let targets): for target in targets { try checkAttributes(of: target, in: scope) }
    case .attribute(let name, _): _ = try namespace(name, in: scope)
    }
  }

  private func namespace(_ name: String, in scope: Scope) throws(TemplateError) -> Namespace {
    guard case .namespace(let namespace) = scope.value(of: name) else {
      throw TemplateError(
        .invalidOperation("cannot assign attribute on non-namespace object '\(name)'"))
    }
    return namespace
  }

  func assign(_ value: Value, to target: Target, in scope: Scope) throws(TemplateError) {
    switch target {
    case .name(let name): scope.set(name, value)
    case .attribute(let name, let attribute):
      let namespace = try namespace(name, in: scope)
      try Namespace.check(attribute)
      namespace.attributes.set(attribute, value)
      try budget.check(.mapping(namespace.attributes))
    case .tuple(let targets):
      let values = try elements(of: value)
      guard values.count == targets.count else {
        throw TemplateError(
          .invalidOperation("cannot unpack \(values.count) values into \(targets.count) names"))
      }
      for (target, value) in zip(targets, values) { try assign(value, to: target, in: scope) }
    }
  }
}
