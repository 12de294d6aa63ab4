extension Filters {
  static let ordering: [String: Filter] = [
    "sort": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(
        to: ["reverse", "case_sensitive", "attribute"], of: "sort")
      let paths = AttributePath.list(bound[2])
      let elements = try sortable(value, interpreter)
      return .list(
        try elements.sorted(
          byKey: { (element) throws(TemplateError) in
            .list(
              try paths.map { (path) throws(TemplateError) in
                folded(try path.value(in: element, interpreter), unless: bound.bool(1))
              })
          }, reverse: bound.bool(0)))
    },
    "unique": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: "unique")
      let path = AttributePath(bound[1])
      var seen: Set<HashableValue> = []
      var unique: [Value] = []
      for element in try sortable(value, interpreter) {
        let key = folded(try path.value(in: element, interpreter), unless: bound.bool(0))
        if seen.insert(try HashableValue(checking: key)).inserted { unique.append(element) }
      }
      return .iterator(ValueIterator(unique))
    },
    "min": { (interpreter, value, arguments) throws(TemplateError) in
      try extreme(interpreter, value, arguments, "min") { $0 < 0 }
    },
    "max": { (interpreter, value, arguments) throws(TemplateError) in
      try extreme(interpreter, value, arguments, "max") { $0 > 0 }
    },
    "dictsort": { (interpreter, value, arguments) throws(TemplateError) in
      try dictsort(interpreter, value, arguments)
    },
    "groupby": { (interpreter, value, arguments) throws(TemplateError) in
      try groupby(interpreter, value, arguments)
    },
  ]

  /// The elements, with their comparisons paid for.
  private static func sortable(
    _ value: Value, _ interpreter: Interpreter
  ) throws(TemplateError) -> [Value] {
    let elements = try interpreter.elements(of: value)
    try interpreter.budget.allocate(elements: elements.count * 4)
    let weight = Value.list(elements).weight
    let rounds = Int.bitWidth - elements.count.leadingZeroBitCount
    let (cost, overflow) = weight.multipliedReportingOverflow(by: max(1, rounds))
    try interpreter.budget.spend(reading: overflow ? .max : cost)
    return elements
  }

  /// Strings compare without case unless the template asks for it.
  private static func folded(_ value: Value, unless isCaseSensitive: Bool) -> Value {
    guard !isCaseSensitive, let text = value.stringValue else { return value }
    return .string(text.pythonLowercased)
  }

  private static func extreme(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments, _ name: String,
    _ isBetter: (Int) -> Bool
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: name)
    let path = AttributePath(bound[1])
    var best: (element: Value, key: Value)?
    for element in try sortable(value, interpreter) {
      let key = folded(try path.value(in: element, interpreter), unless: bound.bool(0))
      if let known = best {
        let order = try key.order(relativeTo: known.key, operator: name == "min" ? "<" : ">")
        guard let order, isBetter(order) else { continue }
      }
      best = (element, key)
    }
    return best?.element
      ?? .undefined(Undefined(message: "no aggregated item, sequence was empty"))
  }

  private static func dictsort(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
    let by = try bound.optionalString(1) ?? "key"
    guard by == "key" || by == "value" else {
      throw TemplateError(.invalidOperation("you can only sort by either \"key\" or \"value\""))
    }
    guard case .mapping(let mapping) = value else {
      if case .undefined(let undefined) = value { throw undefined.error }
      throw TemplateError(.invalidOperation("dictsort takes a mapping, not a \(value.typeName)"))
    }
    _ = try sortable(value, interpreter)
    let pairs = try Array(zip(mapping.keys, mapping.values)).sorted(
      byKey: { folded(by == "key" ? $0.0 : $0.1, unless: bound.bool(0)) }, reverse: bound.bool(2))
    return .list(pairs.map { .tuple([$0.0, $0.1]) })
  }

  private static func groupby(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(
      to: ["attribute", "default", "case_sensitive"], of: "groupby")
    let path = AttributePath(try bound.required(0))
    func grouper(_ element: Value) throws(TemplateError) -> Value {
      try path.value(in: element, default: bound[1], interpreter)
    }
    let sorted = try sortable(value, interpreter).sorted(
      byKey: { (element) throws(TemplateError) in
        folded(try grouper(element), unless: bound.bool(2))
      })
    var groups: [(key: Value, elements: [Value])] = []
    for element in sorted {
      let key = folded(try grouper(element), unless: bound.bool(2))
      if let last = groups.last, last.key.isEqual(to: key) {
        groups[groups.count - 1].elements.append(element)
      } else {
        groups.append((key, [element]))
      }
    }
    return .list(
      try groups.map { (group) throws(TemplateError) in
        .tuple(
          Sequence(
            [try grouper(group.elements[0]), .list(group.elements)],
            fieldNames: ["grouper", "list"]))
      })
  }
}
