/// Filters on the elements of a list, mapping or text.
extension Filters {
  static let sequences: [String: Function] = [
    "dictsort": Function(
      ["case_sensitive", "by", "reverse"], refusing: ["case_sensitive", "by", "reverse"], dictsort),
    "first": Function { (value, _, interpreter) throws(TemplateError) in
      if case .iterator(let iterator) = value { return iterator.next() ?? noItem("first") }
      return try interpreter.elements(of: value).first ?? noItem("first")
    },
    "items": Function { (value, _, interpreter) throws(TemplateError) in
      if value.isUndefined { return .iterator(ValueIterator([])) }
      guard case .mapping(let mapping) = value else {
        throw .invalidOperation("can only get item pairs from a mapping")
      }
      return .iterator(ValueIterator(try interpreter.elements(of: .items(mapping))))
    },
    "join": Function(["d", "attribute"], refusing: ["attribute"]) {
      (value, arguments, interpreter) throws(TemplateError) in
      let separator = try arguments[0]?.text(interpreter.budget) ?? ""
      var output = BoundedText(interpreter.budget)
      for (index, element) in try interpreter.elements(of: value).enumerated() {
        if index > 0 { try output.append(separator) }
        try output.append(try element.text(interpreter.budget))
      }
      return .string(output.text)
    },
    "last": Function { (value, _, interpreter) throws(TemplateError) in
      switch value {
      case .iterator: throw .invalidOperation("'generator' object is not reversible")
      case .markup(let text):
        return text.unicodeScalars.last.map { .markup(String($0)) } ?? noItem("last")
      default: return try interpreter.elements(of: value).last ?? noItem("last")
      }
    },
    "length": Function { (value, _, _) throws(TemplateError) in .integer(try length(of: value)) },
    "list": Function { (value, _, interpreter) throws(TemplateError) in
      .list(try interpreter.elements(of: value))
    },
    "min": Function(["case_sensitive", "attribute"], refusing: ["case_sensitive", "attribute"]) {
      (value, _, interpreter) throws(TemplateError) in
      let elements = try sortable(value, interpreter)
      return try sorted(elements) { folded($0) }.first ?? noItem("smallest")
    },
    "sort": Function(
      ["reverse", "case_sensitive", "attribute"], refusing: ["reverse", "case_sensitive"]
    ) { (value, arguments, interpreter) throws(TemplateError) in
      let path = try arguments[2].map { (path) throws(TemplateError) in try AttributePath(path) }
      let elements = try sortable(value, interpreter)
      return .list(
        try sorted(elements) { (element) throws(TemplateError) in
          .list([folded(try path?.value(in: element, interpreter) ?? element)])
        })
    },
    "unique": Function(["case_sensitive", "attribute"], refusing: ["case_sensitive", "attribute"]) {
      (value, _, interpreter) throws(TemplateError) in
      var seen: Set<HashableValue> = []
      var unique: [Value] = []
      for element in try sortable(value, interpreter)
      where seen.insert(try HashableValue(checking: folded(element))).inserted {
        unique.append(element)
      }
      return .iterator(ValueIterator(unique))
    },
  ]

  private static func noItem(_ which: String) -> Value {
    .undefined("no \(which) item, sequence was empty")
  }

  private static func length(of value: Value) throws(TemplateError) -> Int {
    switch value {
    case .undefined: return 0
    case .string(let text), .markup(let text): return text.unicodeScalars.count
    case .list(let list), .tuple(let list), .range(let list): return list.elements.count
    case .mapping(let mapping), .items(let mapping): return mapping.count
    case .loop(let loop): return loop.items.count
    default: throw .invalidOperation("object of type '\(value.typeName)' has no len()")
    }
  }

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

  /// Strings compare without case.
  private static func folded(_ value: Value) -> Value {
    value.stringValue.map { .string($0.pythonLowercased) } ?? value
  }

  /// A stable sort by Python's order of the keys.
  private static func sorted(
    _ elements: [Value], by key: (Value) throws(TemplateError) -> Value
  ) throws(TemplateError) -> [Value] {
    let keys = try elements.map(key)
    var failure: TemplateError?
    func precedes(_ first: Int, _ second: Int) -> Bool {
      do throws(TemplateError) {
        return try keys[first].order(relativeTo: keys[second], operator: "<").map { $0 < 0 }
          ?? false
      } catch {
        failure = failure ?? error
        return false
      }
    }
    let order = elements.indices.sorted { first, second in
      if failure != nil { return false }
      return precedes(first, second) || (!precedes(second, first) && first < second)
    }
    if let failure { throw failure }
    return order.map { elements[$0] }
  }

  private static let dictsort: Function.Body = { (value, _, interpreter) throws(TemplateError) in
    guard case .mapping(let mapping) = value else {
      try value.checkDefined()
      throw .invalidOperation("dictsort takes a mapping, not a \(value.typeName)")
    }
    _ = try sortable(value, interpreter)
    return .list(
      try sorted(mapping.items) { (item) throws(TemplateError) in
        folded(try interpreter.item(.integer(0), of: item))
      })
  }
}
