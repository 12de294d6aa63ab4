extension Interpreter {
  /// The functions that every template sees.
  static var globals: [String: Value] {
    let names = [
      "range", "dict", "namespace", "joiner", "cycler", "lipsum", "raise_exception",
      "strftime_now",
    ]
    return Dictionary(uniqueKeysWithValues: names.map { ($0, .callable(.global($0))) })
  }

  func callGlobal(_ name: String, _ arguments: Arguments) throws(TemplateError) -> Value {
    switch name {
    case "range": return try range(arguments)
    case "dict": return .mapping(try mapping(arguments))
    case "namespace":
      let attributes = try mapping(arguments)
      for key in attributes.keys { try Namespace.check(key.stringValue ?? "") }
      let namespace = Namespace(attributes)
      register(namespace)
      return .namespace(namespace)
    case "joiner":
      let bound = try arguments.bound(to: ["sep"], of: name)
      return .callable(.joiner(Joiner(bound[0] ?? .string(", "))))
    case "raise_exception":
      let message = try arguments.bound(to: ["message"], of: name).required(0)
      throw TemplateError(.raised(try message.text(budget)))
    case "strftime_now":
      let format = try arguments.bound(to: ["format"], of: name).string(0)
      let text = try clock.text(format)
      dates?.add(text)
      return .string(text)
    default: throw TemplateError(.unsupported("the function '\(name)'"))
    }
  }

  private func range(_ arguments: Arguments) throws(TemplateError) -> Value {
    guard arguments.keywords.isEmpty, (1...3).contains(arguments.positional.count) else {
      throw TemplateError(.invalidOperation("range expected 1 to 3 arguments"))
    }
    let numbers = try arguments.positional.map { (value) throws(TemplateError) in
      guard let number = value.integerValue else {
        throw TemplateError(
          .invalidOperation("'\(value.typeName)' object cannot be interpreted as an integer"))
      }
      return number
    }
    let step = numbers.count > 2 ? numbers[2] : 1
    guard step != 0 else {
      throw TemplateError(.invalidOperation("range() arg 3 must not be zero"))
    }
    let (start, stop) = numbers.count > 1 ? (numbers[0], numbers[1]) : (0, numbers[0])
    let count = try rangeCount(from: start, to: stop, by: step)
    return .range(PythonRange(start: start, stop: stop, step: step, count: count))
  }

  private func rangeCount(
    from start: Int, to stop: Int, by step: Int
  ) throws(TemplateError) -> Int {
    guard step > 0 ? start < stop : start > stop else { return 0 }
    let (distance, overflow) = stop.subtractingReportingOverflow(start)
    let steps = overflow ? UInt.max : (distance.magnitude - 1) / step.magnitude
    guard steps < UInt(Budget.rangeLimit) else {
      throw TemplateError(.limitExceeded("\(Budget.rangeLimit) elements of a range"))
    }
    return Int(steps) + 1
  }

  /// What `dict(mapping or pairs, **keywords)` makes.
  private func mapping(_ arguments: Arguments) throws(TemplateError) -> Mapping {
    guard arguments.positional.count <= 1 else {
      throw TemplateError(.invalidOperation("dict expected at most 1 argument"))
    }
    var mapping = Mapping()
    try budget.allocate(elements: arguments.keywords.count * Mapping.elementsPerMember)
    switch arguments.positional.first {
    case .mapping(let given):
      try budget.allocate(elements: given.count * Mapping.elementsPerMember)
      mapping = given
    case let pairs?:
      for pair in try elements(of: pairs) {
        try budget.allocate(elements: Mapping.elementsPerMember)
        let parts = try elements(of: pair)
        guard parts.count == 2 else {
          throw TemplateError(.invalidOperation("dict needs pairs, not \(parts.count) values"))
        }
        mapping.set(try HashableValue(checking: parts[0]), parts[1])
      }
    case nil: break
    }
    for (name, value) in arguments.keywords { mapping.set(name, value) }
    return mapping
  }
}

extension Namespace {
  /// Refuses the names that transformers' namespaces refuse.
  static func check(_ name: String) throws(TemplateError) {
    guard !name.utf8.starts(with: "_".utf8) else {
      throw TemplateError(.forbidden("a namespace cannot have the attribute '\(name)'"))
    }
  }
}
