extension Filters {
  static let selection: [String: Filter] = [
    "map": { (interpreter, value, arguments) throws(TemplateError) in
      guard value.isTrue else { return .iterator(ValueIterator([])) }
      let change = try mapper(interpreter, arguments)
      let elements = try interpreter.elements(of: value)
      try interpreter.budget.allocate(elements: elements.count)
      return .iterator(ValueIterator(try elements.map(change)))
    },
    "select": { (interpreter, value, arguments) throws(TemplateError) in
      try select(interpreter, value, arguments, byAttribute: false, keeping: true)
    },
    "reject": { (interpreter, value, arguments) throws(TemplateError) in
      try select(interpreter, value, arguments, byAttribute: false, keeping: false)
    },
    "selectattr": { (interpreter, value, arguments) throws(TemplateError) in
      try select(interpreter, value, arguments, byAttribute: true, keeping: true)
    },
    "rejectattr": { (interpreter, value, arguments) throws(TemplateError) in
      try select(interpreter, value, arguments, byAttribute: true, keeping: false)
    },
  ]

  /// What `map` does with an element: an attribute of it, or a filter.
  private static func mapper(
    _ interpreter: Interpreter, _ arguments: Arguments
  ) throws(TemplateError) -> (Value) throws(TemplateError) -> Value {
    if arguments.positional.isEmpty, let attribute = arguments.keyword("attribute") {
      if let other = arguments.keywords.first(where: {
        !["attribute", "default"].contains($0.name)
      }) {
        throw TemplateError(.invalidOperation("unexpected keyword argument '\(other.name)'"))
      }
      let path = AttributePath(attribute)
      let defaultValue = arguments.keyword("default")
      return { (element) throws(TemplateError) in
        try path.value(in: element, default: defaultValue, interpreter)
      }
    }
    guard let name = arguments.positional.first?.stringValue else {
      throw TemplateError(.invalidOperation("map requires a filter argument"))
    }
    var rest = arguments
    rest.positional.removeFirst()
    let passed = rest
    return { (element) throws(TemplateError) in
      try interpreter.filter(name, element, passed)
    }
  }

  /// Keeps the elements that a test holds for, or does not; without a test their truth decides.
  private static func select(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments, byAttribute: Bool,
    keeping: Bool
  ) throws(TemplateError) -> Value {
    guard value.isTrue else { return .iterator(ValueIterator([])) }
    var rest = arguments
    var path = AttributePath(nil)
    if byAttribute {
      guard let attribute = rest.positional.first else {
        throw TemplateError(.invalidOperation("missing parameter for attribute name"))
      }
      path = AttributePath(attribute)
      rest.positional.removeFirst()
    }
    let name = rest.positional.first
    if name != nil { rest.positional.removeFirst() }
    var kept: [Value] = []
    for element in try interpreter.elements(of: value) {
      try interpreter.budget.spend()
      try interpreter.budget.allocate(elements: 1)
      let subject = try path.value(in: element, interpreter)
      let holds =
        if let name { try interpreter.test(name.stringValue ?? "", subject, rest) } else {
          subject.isTrue
        }
      if holds == keeping { kept.append(element) }
    }
    return .iterator(ValueIterator(kept))
  }
}
