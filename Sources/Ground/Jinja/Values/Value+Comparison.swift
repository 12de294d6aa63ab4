extension Value {
  /// Python's `==`.
  func isEqual(to other: Value) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.none, .none): true
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)),
      (.range(let first), .range(let second)):
      first.elements.elementsEqual(second.elements) { $0.isEqual(to: $1) }
    case (.mapping(let first), .mapping(let second)): Self.areEqual(first, second)
    case (.items(let first), .items(let second)): Self.areEqual(first, second)
    case (.namespace(let first), .namespace(let second)): first === second
    case (.iterator(let first), .iterator(let second)): first === second
    case (.loop(let first), .loop(let second)): first === second
    case (.callable(let first), .callable(let second)): first.isSame(as: second)
    default: isEqualScalar(to: other)
    }
  }

  private func isEqualScalar(to other: Value) -> Bool {
    if let first = stringValue, let second = other.stringValue {
      return first.utf8.elementsEqual(second.utf8)
    }
    return Self.numericOrder(self, other) == .some(0)
  }

  private static func areEqual(_ first: Mapping, _ second: Mapping) -> Bool {
    first.count == second.count
      && zip(first.keys, first.values).allSatisfy { key, value in
        second[HashableValue(key)].map { value.isEqual(to: $0) } ?? false
      }
  }

  /// Python's order of two values: negative, zero or positive; nil where a NaN has none.
  ///
  /// - Throws: `invalidOperation` where Python compares no such types.
  func order(relativeTo other: Value, operator symbol: String) throws(TemplateError) -> Int? {
    try checkDefined()
    try other.checkDefined()
    switch (self, other) {
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      return try Self.lexicographicOrder(first.elements, second.elements, operator: symbol)
    default: break
    }
    // The order of code points is the order of UTF-8 bytes.
    if let first = stringValue?.utf8, let second = other.stringValue?.utf8 {
      return first.elementsEqual(second) ? 0 : (first.lexicographicallyPrecedes(second) ? -1 : 1)
    }
    guard isNumber, other.isNumber else {
      throw .invalidOperation(
        "'\(symbol)' not supported between instances of '\(typeName)' and '\(other.typeName)'")
    }
    return Self.numericOrder(self, other)
  }

  private static func lexicographicOrder(
    _ first: [Value], _ second: [Value], operator symbol: String
  ) throws(TemplateError) -> Int? {
    for (left, right) in zip(first, second) where !left.isEqual(to: right) {
      return try left.order(relativeTo: right, operator: symbol)
    }
    return first.count - second.count
  }

  /// True for what Python counts among its numbers; a boolean is one.
  var isNumber: Bool { if case .float = self { true } else { integerValue != nil } }

  private static func numericOrder(_ first: Value, _ second: Value) -> Int? {
    if let left = first.integerValue, let right = second.integerValue { return order(left, right) }
    switch (first, second) {
    case (.float(let left), .float(let right)): return order(left, right)
    case (.float(let left), _): return second.integerValue.flatMap { order(left, $0) }
    case (_, .float(let right)): return first.integerValue.flatMap { order(right, $0) }.map { -$0 }
    default: return nil
    }
  }

  private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Int? {
    left == right ? 0 : (left < right ? -1 : (left > right ? 1 : nil))
  }

  /// Exact: a double that is no whole number is small enough for the other one to become a double.
  private static func order(_ left: Double, _ right: Int) -> Int? {
    if let whole = Int(exactly: left) { order(whole, right) } else { order(left, Double(right)) }
  }
}
