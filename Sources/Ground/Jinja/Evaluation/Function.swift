/// A filter or method: what its parameters are called, and what it makes of a value.
struct Function: Sendable {
  typealias Body = @Sendable (Value, BoundArguments, Interpreter) throws(TemplateError) -> Value

  let parameters: [String]
  /// The parameters that Python has and we do not.
  let refused: [String]
  let body: Body

  init(_ parameters: [String] = [], refusing refused: [String] = [], _ body: @escaping Body) {
    self.parameters = parameters
    self.refused = refused
    self.body = body
  }

  /// A function that changes a text; what comes from a safe string is safe.
  static func changing(_ change: @escaping @Sendable (String) -> String) -> Function {
    Function { (value, _, interpreter) throws(TemplateError) in
      value.like(change(try value.readText(interpreter)))
    }
  }

  func call(
    _ value: Value, _ arguments: Arguments, _ interpreter: Interpreter, name: String
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(to: parameters, refusing: refused, of: name)
    return try body(value, bound, interpreter)
  }
}

extension Value {
  /// The text that a function for strings works on, whatever the value is.
  func readText(_ interpreter: Interpreter) throws(TemplateError) -> String {
    let text = try text(interpreter.budget)
    try interpreter.budget.spend(reading: text.utf8.count)
    return text
  }

  /// A string, safe if the value is.
  func like(_ text: String) -> Value {
    if case .markup = self { .markup(text) } else { .string(text) }
  }
}
