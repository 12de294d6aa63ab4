/// The tests of Jinja by name: what can stand after `is`.
enum Tests {
  /// A test: the rendering that it happens in, the value, and the arguments.
  typealias Test = @Sendable (Interpreter, Value, Arguments) throws(TemplateError) -> Bool

  static let all: [String: Test] = kinds.merging(comparisons) { first, _ in first }
    .merging(others) { first, _ in first }

  /// A test that looks at the value alone.
  private static func plain(_ holds: @escaping @Sendable (Value) -> Bool) -> Test {
    { (_, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "the test")
      return holds(value)
    }
  }

  private static let kinds: [String: Test] = [
    "defined": plain { !$0.isUndefined },
    "undefined": plain(\.isUndefined),
    "none": plain(\.isNone),
    "boolean": plain { if case .bool = $0 { true } else { false } },
    "true": plain { if case .bool(true) = $0 { true } else { false } },
    "false": plain { if case .bool(false) = $0 { true } else { false } },
    "integer": plain { if case .integer = $0 { true } else { false } },
    "float": plain { if case .float = $0 { true } else { false } },
    "number": plain { if case .float = $0 { true } else { $0.integerValue != nil } },
    "string": plain { $0.stringValue != nil },
    "mapping": plain { if case .mapping = $0 { true } else { false } },
    // Even an undefined value can be called, with an error.
    "callable": plain {
      switch $0 {
      case .callable, .undefined: true
      default: false
      }
    },
    "escaped": plain { if case .markup = $0 { true } else { false } },
    "iterable": plain { value in
      switch value {
      case .none, .bool, .integer, .float, .namespace, .callable: false
      default: true
      }
    },
    "sequence": plain { value in
      switch value {
      case .undefined, .string, .markup, .list, .tuple, .mapping, .range: true
      default: false
      }
    },
  ]

  private static let comparisons: [String: Test] = [
    "eq": compare(.equal), "==": compare(.equal), "equalto": compare(.equal),
    "ne": compare(.notEqual), "!=": compare(.notEqual),
    "lt": compare(.less), "<": compare(.less), "lessthan": compare(.less),
    "le": compare(.lessOrEqual), "<=": compare(.lessOrEqual),
    "gt": compare(.greater), ">": compare(.greater), "greaterthan": compare(.greater),
    "ge": compare(.greaterOrEqual), ">=": compare(.greaterOrEqual),
    "in": compare(.contained),
  ]

  private static func compare(_ comparison: ComparisonOperator) -> Test {
    { (interpreter, value, arguments) throws(TemplateError) in
      let other = try arguments.bound(to: ["other"], of: "the test").required(0)
      return try interpreter.compare(value, comparison, other)
    }
  }

  private static let others: [String: Test] = [
    "odd": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "odd")
      return try remainder(value, .integer(2), interpreter).isEqual(to: .integer(1))
    },
    "even": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "even")
      return try remainder(value, .integer(2), interpreter).isEqual(to: .integer(0))
    },
    "divisibleby": { (interpreter, value, arguments) throws(TemplateError) in
      let divisor = try arguments.bound(to: ["num"], of: "divisibleby").required(0)
      return try remainder(value, divisor, interpreter).isEqual(to: .integer(0))
    },
    "lower": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "lower")
      return try value.text(interpreter.budget).isPythonCased(lower: true)
    },
    "upper": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "upper")
      return try value.text(interpreter.budget).isPythonCased(lower: false)
    },
    "filter": { (_, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "filter")
      let name = try HashableValue(checking: value).value.stringValue ?? ""
      return Filters.all[name] != nil || Filters.unsupported.contains(name)
    },
    "test": { (_, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "test")
      let name = try HashableValue(checking: value).value.stringValue ?? ""
      return Tests.all[name] != nil
    },
    "sameas": { (_, value, arguments) throws(TemplateError) in
      let other = try arguments.bound(to: ["other"], of: "sameas").required(0)
      return try isSame(value, other)
    },
  ]

  private static func remainder(
    _ value: Value, _ divisor: Value, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    try ArithmeticOperator.remainder.apply(value, divisor, interpreter)
  }

  /// Identity is Python's own affair except for the constants and for what a template can change.
  private static func isSame(_ value: Value, _ other: Value) throws(TemplateError) -> Bool {
    switch (value, other) {
    case (.none, .none): return true
    case (.bool(let first), .bool(let second)): return first == second
    case (.namespace(let first), .namespace(let second)): return first === second
    case (.none, _), (_, .none), (.bool, _), (_, .bool): return false
    case _ where value.typeName != other.typeName: return false
    default: throw TemplateError(.unsupported("the test 'sameas' of a \(value.typeName)"))
    }
  }
}
