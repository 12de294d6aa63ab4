extension Value {
  /// Python's `==`.
  func isEqual(to other: Value) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.none, .none): true
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      first.elements.elementsEqual(second.elements) { $0.isEqual(to: $1) }
    case (.mapping(let first), .mapping(let second)): Self.areEqual(first, second)
    case (.view(let first), .view(let second)): Self.areEqual(first, second)
    case (.range(let first), .range(let second)): first.isEqual(to: second)
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

  private static func areEqual(_ first: MappingView, _ second: MappingView) -> Bool {
    guard first.kind == second.kind, first.kind != .values else { return false }
    guard first.kind == .keys else { return areEqual(first.mapping, second.mapping) }
    return first.mapping.count == second.mapping.count
      && first.mapping.keys.allSatisfy { second.mapping[HashableValue($0)] != nil }
  }

  /// Python's order of two values: negative, zero or positive; nil where a NaN has none.
  ///
  /// - Throws: `invalidOperation` where Python compares no such types.
  func order(relativeTo other: Value, operator symbol: String) throws(TemplateError) -> Int? {
    if case .undefined(let undefined) = self { throw undefined.error }
    if case .undefined(let undefined) = other { throw undefined.error }
    switch (self, other) {
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      return try Self.lexicographicOrder(first.elements, second.elements, operator: symbol)
    default: break
    }
    if let first = stringValue, let second = other.stringValue {
      return Self.order(first, second)
    }
    guard isNumber, other.isNumber else {
      throw TemplateError(
        .invalidOperation(
          "'\(symbol)' not supported between instances of '\(typeName)' and '\(other.typeName)'"))
    }
    return Self.numericOrder(self, other)
  }

  /// Python's `<`, the only comparison that sorting uses.
  func isLess(than other: Value) throws(TemplateError) -> Bool {
    try order(relativeTo: other, operator: "<").map { $0 < 0 } ?? false
  }

  private static func lexicographicOrder(
    _ first: [Value], _ second: [Value], operator symbol: String
  ) throws(TemplateError) -> Int? {
    for (left, right) in zip(first, second) where !left.isEqual(to: right) {
      return try left.order(relativeTo: right, operator: symbol)
    }
    return first.count - second.count
  }

  /// Order of code points, which is the order of UTF-8 bytes.
  private static func order(_ first: String, _ second: String) -> Int {
    if first.utf8.elementsEqual(second.utf8) { return 0 }
    return first.utf8.lexicographicallyPrecedes(second.utf8) ? -1 : 1
  }

  private var isNumber: Bool {
    switch self {
    case .bool, .integer, .float: true
    default: false
    }
  }

  private static func numericOrder(_ first: Value, _ second: Value) -> Int? {
    if let left = first.integerValue, let right = second.integerValue {
      return left == right ? 0 : (left < right ? -1 : 1)
    }
    switch (first, second) {
    case (.float(let left), .float(let right)): return order(left, right)
    case (.float(let left), _): return second.integerValue.flatMap { order(left, $0) }
    case (_, .float(let right)):
      return first.integerValue.flatMap { order(right, $0) }.map { -$0 }
    default: return nil
    }
  }

  private static func order(_ left: Double, _ right: Double) -> Int? {
    if left == right { return 0 }
    return left < right ? -1 : (left > right ? 1 : nil)
  }

  /// Exact order of a double and a whole number, which need not be a double.
  private static func order(_ left: Double, _ right: Int) -> Int? {
    if left.isNaN { return nil }
    if left >= 0x1p63 { return 1 }
    if left < -0x1p63 { return -1 }
    let whole = Int(left.rounded(.down))
    if whole != right { return whole < right ? -1 : 1 }
    return left > left.rounded(.down) ? 1 : 0
  }
}

extension PythonRange {
  /// Ranges are equal when their elements are.
  func isEqual(to other: PythonRange) -> Bool {
    count == other.count
      && (count == 0 || (start == other.start && (count == 1 || step == other.step)))
  }
}
