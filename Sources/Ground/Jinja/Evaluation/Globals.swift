extension Interpreter {
  /// The functions that every template sees.
  static var globals: [String: Value] {
    let names = ["namespace", "raise_exception", "range", "strftime_now"] + Unsupported.functions
    return Dictionary(uniqueKeysWithValues: names.map { ($0, .callable(.global($0))) })
  }

  func callGlobal(_ name: String, _ arguments: Arguments) throws(TemplateError) -> Value {
    switch name {
    case "range": return try range(arguments)
    case "namespace": return .namespace(try namespace(arguments))
    case "raise_exception":
      let message = try arguments.bound(to: ["message"], of: name).required(0)
      throw .raised(try message.text(budget))
    case "strftime_now":
      let format = try arguments.bound(to: ["format"], of: name).string(0)
      let text = try clock.text(format)
      dates?.add(text)
      return .string(text)
    default: throw .unsupported("the function '\(name)'")
    }
  }

  private func range(_ arguments: Arguments) throws(TemplateError) -> Value {
    guard arguments.keywords.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw .invalidOperation("range expected 1 to 3 arguments")
    }
    let numbers = try arguments.positional.map { (value) throws(TemplateError) in
      guard let number = value.integerValue else {
        throw .invalidOperation("'\(value.typeName)' object cannot be interpreted as an integer")
      }
      return number
    }
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0 else { throw .invalidOperation("range() arg 3 must not be zero") }
    let (start, stop) = numbers.count > 1 ? (numbers[0], numbers[1]) : (0, numbers[0])
    var elements: [Value] = []
    for number in Swift.stride(from: start, to: stop, by: step) {
      guard elements.count < Budget.rangeLimit else {
        throw .limitExceeded("\(Budget.rangeLimit) elements of a range")
      }
      try budget.allocate(elements: 1)
      elements.append(.integer(number))
    }
    return .range(Elements(elements))
  }

  private func namespace(_ arguments: Arguments) throws(TemplateError) -> Namespace {
    guard arguments.positional.isEmpty else {
      throw .unsupported("a namespace made from a mapping")
    }
    var attributes = Mapping()
    try budget.allocate(elements: arguments.keywords.count * Mapping.elementsPerMember)
    for (name, value) in arguments.keywords {
      try Namespace.check(name)
      attributes.set(name, value)
    }
    let namespace = Namespace(attributes)
    register(namespace)
    return namespace
  }
}

extension Namespace {
  /// Refuses the names that transformers' namespaces refuse.
  static func check(_ name: String) throws(TemplateError) {
    guard !name.utf8.starts(with: "_".utf8) else {
      throw .forbidden("a namespace cannot have the attribute '\(name)'")
    }
  }
}
