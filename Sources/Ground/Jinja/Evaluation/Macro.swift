/// What a template can call.
enum Callable {
  case macro(Macro)
  /// A function that every template sees.
  case global(String)
  /// A method of a value, bound to it.
  indirect case method(Value, String)

  func isSame(as other: Callable) -> Bool {
    switch (self, other) {
    case (.macro(let first), .macro(let second)): first === second
    case (.global(let first), .global(let second)): first == second
    default: false
    }
  }
}

/// A macro with the scope that it was defined in.
final class Macro {
  let definition: MacroDefinition
  let scope: Scope

  init(_ definition: MacroDefinition, in scope: Scope) {
    self.definition = definition
    self.scope = scope
  }
}

extension Interpreter {
  /// Runs a macro and returns what it writes.
  func call(_ macro: Macro, _ arguments: Arguments) throws(TemplateError) -> String {
    let definition = macro.definition
    let scope = Scope(definition.body, in: macro.scope)
    defer { scope.leave() }
    try check(arguments, of: definition)
    // Defaults come last: they see the parameters that were given, and are undefined until then.
    for (index, parameter) in definition.parameters.enumerated() {
      scope.set(
        parameter.name,
        Self.value(of: parameter.name, index, arguments)
          ?? .undefined("parameter '\(parameter.name)' was not provided"))
    }
    for (index, parameter) in definition.parameters.enumerated() {
      guard let value = parameter.defaultValue,
        Self.value(of: parameter.name, index, arguments) == nil
      else { continue }
      scope.set(parameter.name, try evaluate(value, in: scope))
    }
    return try capture { () throws(TemplateError) in
      try execute(definition.body.statements, in: scope)
    }.text
  }

  private static func value(of name: String, _ index: Int, _ arguments: Arguments) -> Value? {
    index < arguments.positional.count
      ? arguments.positional[index] : arguments.keywords.first { $0.name == name }?.value
  }

  private func check(_ arguments: Arguments, of definition: MacroDefinition) throws(TemplateError) {
    let names = definition.parameters.map(\.name)
    let given = min(arguments.positional.count, names.count)
    var open = Set(names[given...])
    for (name, _) in arguments.keywords where open.remove(name) == nil {
      throw .invalidOperation("macro '\(definition.name)' takes no keyword argument '\(name)'")
    }
    guard arguments.positional.count <= names.count else {
      throw .invalidOperation(
        "macro '\(definition.name)' takes not more than \(names.count) argument(s)")
    }
  }
}
