/// Filters that apply another filter, or a test, to each element, and pass their arguments on.
extension Filters {
  typealias Passing = @Sendable (Value, Arguments, Interpreter) throws(TemplateError) -> Value

  static let passing: [String: Passing] = [
    "map": map,
    "reject": { (value, arguments, interpreter) throws(TemplateError) in
      try select(value, AttributePath(), arguments, interpreter, keeping: false)
    },
    "rejectattr": { (value, arguments, interpreter) throws(TemplateError) in
      try selectByAttribute(value, arguments, interpreter, keeping: false)
    },
    "selectattr": { (value, arguments, interpreter) throws(TemplateError) in
      try selectByAttribute(value, arguments, interpreter, keeping: true)
    },
  ]

  private static let map: Passing = { (value, arguments, interpreter) throws(TemplateError) in
    guard value.isTrue else { return .iterator(ValueIterator([])) }
    let change = try mapper(arguments, interpreter)
    let elements = try interpreter.elements(of: value)
    try interpreter.budget.allocate(elements: elements.count)
    return .iterator(ValueIterator(try elements.map(change)))
  }

  /// What `map` does with an element: an attribute of it, or a filter.
  private static func mapper(
    _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> (Value) throws(TemplateError) -> Value {
    if arguments.positional.isEmpty, arguments.keyword("attribute") != nil {
      let bound = try arguments.bound(
        to: ["attribute", "default"], refusing: ["default"], of: "the filter 'map'")
      let path = try AttributePath(try bound.required(0))
      return { (element) throws(TemplateError) in try path.value(in: element, interpreter) }
    }
    guard let name = arguments.positional.first?.stringValue else {
      throw .invalidOperation("map requires a filter argument")
    }
    let passed = arguments.droppingFirst
    return { (element) throws(TemplateError) in try interpreter.filter(name, element, passed) }
  }

  private static func selectByAttribute(
    _ value: Value, _ arguments: Arguments, _ interpreter: Interpreter, keeping: Bool
  ) throws(TemplateError) -> Value {
    guard let attribute = arguments.positional.first else {
      throw .invalidOperation("missing parameter for attribute name")
    }
    let path = try AttributePath(attribute)
    return try select(value, path, arguments.droppingFirst, interpreter, keeping: keeping)
  }

  /// Keeps the elements that a test holds for, or does not; without a test their truth decides.
  private static func select(
    _ value: Value, _ path: AttributePath, _ arguments: Arguments, _ interpreter: Interpreter,
    keeping: Bool
  ) throws(TemplateError) -> Value {
    guard value.isTrue else { return .iterator(ValueIterator([])) }
    let name = arguments.positional.first?.stringValue
    let passed = arguments.droppingFirst
    var kept: [Value] = []
    for element in try interpreter.elements(of: value) {
      try interpreter.budget.spend()
      try interpreter.budget.allocate(elements: 1)
      let subject = try path.value(in: element, interpreter)
      let holds =
        arguments.positional.isEmpty
        ? subject.isTrue : try interpreter.test(name ?? "", subject, passed)
      if holds == keeping { kept.append(element) }
    }
    return .iterator(ValueIterator(kept))
  }
}

/// A path of attributes and items, such as `function.name` or `0.role`.
struct AttributePath {
  private let keys: [Value]

  /// The empty path, which leads to the value itself.
  init() { keys = [] }

  /// Splits a string at its points; digits are an index.
  init(_ path: Value) throws(TemplateError) {
    guard let text = path.stringValue, !text.contains(",") else {
      throw .unsupported("an attribute that is no single name")
    }
    keys = text.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).map {
      Int(String($0)).map(Value.integer) ?? .string(String($0))
    }
  }

  /// What the path leads to.
  func value(in value: Value, _ interpreter: Interpreter) throws(TemplateError) -> Value {
    var value = value
    for key in keys { value = try interpreter.item(key, of: value) }
    return value
  }
}
