/// Why arithmetic on numbers ends.
enum Numbers { static let overflow = TemplateError(.unsupported("an integer beyond 64 bits")) }

extension ArithmeticOperator {
  /// Python's operator on two values.
  func apply(_ left: Value, _ right: Value, _ budget: Budget) throws(TemplateError) -> Value {
    try left.checkDefined()
    if self == .remainder, left.stringValue != nil {
      throw .unsupported("formatting a string with '%'")
    }
    try right.checkDefined()
    if let first = left.integerValue, let second = right.integerValue {
      return .integer(try apply(first, second))
    }
    if left.isNumber && right.isNumber { throw .unsupported("'\(rawValue)' with a float") }
    let joined: Value? =
      switch self {
      case .add: try Self.join(left, right, budget)
      case .multiply: try Self.repetition(left, right, budget)
      default: nil
      }
    if let joined { return joined }
    throw .invalidOperation(
      "unsupported operand type(s) for \(rawValue): '\(left.typeName)' and '\(right.typeName)'")
  }

  private func apply(_ left: Int, _ right: Int) throws(TemplateError) -> Int {
    let (result, overflow) =
      switch self {
      case .add: left.addingReportingOverflow(right)
      case .subtract: left.subtractingReportingOverflow(right)
      case .multiply: left.multipliedReportingOverflow(by: right)
      case .remainder: (try Self.remainder(left, right), false)
      }
    guard !overflow else { throw Numbers.overflow }
    return result
  }

  /// Python's remainder has the sign of the divisor.
  static func remainder(_ left: Int, _ right: Int) throws(TemplateError) -> Int {
    guard right != 0 else { throw .invalidOperation("division by zero") }
    if right == -1 { return 0 }
    let remainder = left % right
    return remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder
  }

  private static func join(
    _ left: Value, _ right: Value, _ budget: Budget
  ) throws(TemplateError) -> Value? {
    switch (left, right) {
    case (.string(let first), .string(let second)):
      try budget.allocate(first.utf8.count + second.utf8.count)
      return .string(first + second)
    case (_, .markup), (.markup, _):
      guard left.stringValue != nil, right.stringValue != nil else { return nil }
      try budget.allocate(left.weight.saturatingAdd(right.weight))
      return .markup(left.escapedText + right.escapedText)
    case (.list(let first), .list(let second)), (.tuple(let first), .tuple(let second)):
      try budget.allocate(elements: first.elements.count + second.elements.count)
      let elements = first.elements + second.elements
      if case .list = left { return .list(elements) }
      return .tuple(elements)
    default: return nil
    }
  }

  /// `text * count`, paid for before it is made.
  private static func repetition(
    _ left: Value, _ right: Value, _ budget: Budget
  ) throws(TemplateError) -> Value? {
    guard let count = left.integerValue ?? right.integerValue else { return nil }
    switch left.integerValue == nil ? left : right {
    case .string(let text):
      let count = max(0, count)
      try budget.allocate(text.utf8.count, times: count)
      return .string(String(repeating: text, count: count))
    case .markup, .list, .tuple: throw .unsupported("'*' with a list or safe string")
    default: return nil
    }
  }
}
