extension Interpreter {
  /// Runs a macro and returns what it writes.
  func call(_ macro: Macro, _ arguments: Arguments) throws(TemplateError) -> String {
    let definition = macro.definition
    let scope = Scope(definition.body, in: macro.scope)
    defer { scope.leave() }
    try bind(arguments, to: macro, in: scope)
    for (name, value) in definition.parameters {
      guard case .undefined = scope.value(of: name), let value,
        isUnbound(name, arguments, definition)
      else { continue }
      scope.set(name, try evaluate(value, in: scope))
    }
    return try capture { () throws(TemplateError) in
      try execute(definition.body.statements, in: scope)
    }.text
  }

  private func isUnbound(
    _ name: String, _ arguments: Arguments, _ definition: MacroDefinition
  ) -> Bool {
    let index = definition.parameters.firstIndex { $0.name == name } ?? 0
    return index >= arguments.positional.count && arguments.keyword(name) == nil
  }

  /// Gives the parameters their values; those without one are undefined until their default is set.
  private func bind(
    _ arguments: Arguments, to macro: Macro, in scope: Scope
  ) throws(TemplateError) {
    let definition = macro.definition
    let count = definition.parameters.count
    var keywords = arguments.keywords
    for (index, parameter) in definition.parameters.enumerated() {
      if index < arguments.positional.count {
        scope.set(parameter.name, arguments.positional[index])
      } else if let position = keywords.firstIndex(where: { $0.name == parameter.name }) {
        scope.set(parameter.name, keywords.remove(at: position).value)
      } else {
        scope.set(
          parameter.name,
          .undefined(Undefined(message: "parameter '\(parameter.name)' was not provided")))
      }
    }
    if definition.specialNames.contains("caller") {
      let position = keywords.firstIndex { $0.name == "caller" }
      let caller = position.map { keywords.remove(at: $0).value }
      scope.set("caller", caller ?? .undefined(Undefined(message: "no caller defined")))
    }
    let rest = Array(arguments.positional.dropFirst(count))
    try bindRest(rest, keywords, of: macro, in: scope)
  }

  private func bindRest(
    _ positional: [Value], _ keywords: [(name: String, value: Value)], of macro: Macro,
    in scope: Scope
  ) throws(TemplateError) {
    let names = macro.definition.specialNames
    let label = macro.name ?? "caller"
    if names.contains("kwargs") {
      var mapping = Mapping()
      try budget.allocate(elements: keywords.count * Mapping.elementsPerMember)
      for (name, value) in keywords { mapping.set(name, value) }
      scope.set("kwargs", .mapping(mapping))
    } else if let keyword = keywords.first {
      throw TemplateError(
        .invalidOperation("macro '\(label)' takes no keyword argument '\(keyword.name)'"))
    }
    if names.contains("varargs") {
      scope.set("varargs", .tuple(positional))
    } else if !positional.isEmpty {
      throw TemplateError(
        .invalidOperation(
          "macro '\(label)' takes not more than \(macro.definition.parameters.count) argument(s)"))
    }
  }
}
