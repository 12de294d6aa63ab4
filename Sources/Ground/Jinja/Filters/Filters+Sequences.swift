extension Filters {
  static let sequences: [String: Filter] = [
    "length": { (_, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "length")
      return .integer(try length(of: value))
    },
    "count": { (_, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "count")
      return .integer(try length(of: value))
    },
    "first": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "first")
      if case .iterator(let iterator) = value { return iterator.next() ?? noItem("first") }
      return try interpreter.elements(of: value).first ?? noItem("first")
    },
    "last": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "last")
      try checkReversible(value)
      if case .markup(let text) = value, let scalar = text.unicodeScalars.last {
        return .markup(String(scalar))
      }
      return try interpreter.elements(of: value).last ?? noItem("last")
    },
    "join": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["d", "attribute"], of: "join")
      let path = AttributePath(bound[1])
      let separator = try bound[0]?.text(interpreter.budget) ?? ""
      let parts = try interpreter.elements(of: value).map { (element) throws(TemplateError) in
        try path.value(in: element, interpreter).text(interpreter.budget)
      }
      return .string(try parts.joined(by: separator, interpreter.budget))
    },
    "list": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "list")
      return .list(try interpreter.elements(of: value))
    },
    "reverse": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "reverse")
      if let text = value.stringValue {
        return like(value, String(scalars: text.unicodeScalars.reversed()))
      }
      let forwards = try interpreter.elements(of: value)
      try interpreter.budget.allocate(elements: forwards.count)
      let elements: [Value] = forwards.reversed()
      if case .iterator = value { return .list(elements) }
      return .iterator(ValueIterator(elements))
    },
    "items": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "items")
      if value.isUndefined { return .iterator(ValueIterator([])) }
      guard case .mapping(let mapping) = value else {
        throw TemplateError(.invalidOperation("can only get item pairs from a mapping"))
      }
      return .iterator(
        ValueIterator(
          try interpreter.elements(of: .view(MappingView(kind: .items, mapping: mapping)))))
    },
    "batch": { (interpreter, value, arguments) throws(TemplateError) in
      try batch(interpreter, value, arguments)
    },
    "slice": { (interpreter, value, arguments) throws(TemplateError) in
      try slice(interpreter, value, arguments)
    },
  ]

  private static func noItem(_ which: String) -> Value {
    .undefined(Undefined(message: "no \(which) item, sequence was empty"))
  }

  static func length(of value: Value) throws(TemplateError) -> Int {
    switch value {
    case .undefined: return 0
    case .string(let text), .markup(let text): return text.unicodeScalars.count
    case .list(let sequence), .tuple(let sequence): return sequence.elements.count
    case .mapping(let mapping): return mapping.count
    case .view(let view): return view.mapping.count
    case .range(let range): return range.count
    case .loop(let loop): return loop.items.count
    default:
      throw TemplateError(.invalidOperation("object of type '\(value.typeName)' has no len()"))
    }
  }

  private static func checkReversible(_ value: Value) throws(TemplateError) {
    switch value {
    case .iterator:
      throw TemplateError(.invalidOperation("'\(value.typeName)' object is not reversible"))
    default: break
    }
  }

  /// Rows of so many elements, the last one filled up.
  private static func batch(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(to: ["linecount", "fill_with"], of: "batch")
    guard let count = try bound.optionalInteger(0) else {
      throw TemplateError(.invalidOperation("batch takes a number"))
    }
    var rows: [[Value]] = []
    let elements = try interpreter.elements(of: value)
    try interpreter.budget.allocate(elements: elements.count * 3)
    for element in elements {
      if rows.isEmpty || rows[rows.count - 1].count == count { rows.append([]) }
      rows[rows.count - 1].append(element)
    }
    if let fill = bound[1], !fill.isNone, let last = rows.last, last.count < count {
      try interpreter.budget.allocate(elements: count - last.count)
      rows[rows.count - 1] += Array(repeating: fill, count: count - last.count)
    }
    return .iterator(ValueIterator(rows.map(Value.list)))
  }

  /// So many columns, the first ones longer where they cannot be equal.
  private static func slice(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(to: ["slices", "fill_with"], of: "slice")
    let elements = try interpreter.elements(of: value)
    guard let count = try bound.optionalInteger(0), count != 0 else {
      throw TemplateError(.invalidOperation("slice takes a number of slices that is not zero"))
    }
    guard count > 0 else { return .iterator(ValueIterator([])) }
    try interpreter.budget.spend(count)
    try interpreter.budget.allocate(elements: count.saturatingAdd(elements.count))
    let (size, longer) = elements.count.quotientAndRemainder(dividingBy: count)
    let columns = (0..<count).map { index in
      let start = index * size + min(index, longer)
      var column = Array(elements[start..<(start + size + (index < longer ? 1 : 0))])
      if let fill = bound[1], !fill.isNone, index >= longer { column.append(fill) }
      return Value.list(column)
    }
    return .iterator(ValueIterator(columns))
  }
}
