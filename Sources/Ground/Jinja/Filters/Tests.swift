/// The tests that chat templates use, by name: what can stand after `is`.
enum Tests {
  typealias Relation = @Sendable (Value, Value, Interpreter) throws(TemplateError) -> Bool

  /// Tests that look at the value alone.
  static let plain: [String: @Sendable (Value) -> Bool] = [
    "boolean": { if case .bool = $0 { true } else { false } }, "defined": { !$0.isUndefined },
    "false": { if case .bool(false) = $0 { true } else { false } },
    "iterable": {
      switch $0 {
      case .none, .bool, .integer, .float, .namespace, .callable: false
      default: true
      }
    },
    "mapping": { if case .mapping = $0 { true } else { false } }, "none": { $0.isNone },
    "number": { $0.isNumber },
    "sequence": {
      switch $0 {
      case .undefined, .string, .markup, .list, .tuple, .mapping, .range: true
      default: false
      }
    },
    "string": { $0.stringValue != nil },
    "true": { if case .bool(true) = $0 { true } else { false } }, "undefined": { $0.isUndefined },
  ]

  /// Tests that compare the value with another one.
  static let relations: [String: Relation] = [
    "==": equal, "divisibleby": isDivisible, "eq": equal, "equalto": equal,
  ]

  private static let equal: Relation = { (value, other, interpreter) throws(TemplateError) in
    try interpreter.compare(value, .equal, other)
  }

  private static let isDivisible: Relation = { (value, other, interpreter) throws(TemplateError) in
    return try ArithmeticOperator.remainder.apply(value, other, interpreter.budget).isEqual(
      to: .integer(0))
  }
}
