import Glibc

/// Python's conversions between numbers.
enum Numbers {
  static let overflow = TemplateError(.unsupported("an integer beyond 64 bits"))

  /// `float(value)` of a number.
  static func double(_ value: Value) throws(TemplateError) -> Double {
    if case .float(let number) = value { return number }
    if case .undefined(let undefined) = value { throw undefined.error }
    guard let integer = value.integerValue else {
      throw TemplateError(.invalidOperation("must be real number, not \(value.typeName)"))
    }
    return Double(integer)
  }

  /// `int(number)`.
  static func integer(truncating number: Double) throws(TemplateError) -> Int {
    guard number.isFinite else {
      throw TemplateError(.invalidOperation("cannot convert float \(number.pythonText) to integer"))
    }
    guard let integer = Int(exactly: number.rounded(.towardZero)) else { throw overflow }
    return integer
  }
}

extension ArithmeticOperator {
  /// Python's operator on two values.
  func apply(
    _ left: Value, _ right: Value, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = left { throw undefined.error }
    if self == .remainder, let format = left.stringValue {
      if case .markup = left { throw TemplateError(.unsupported("% with a safe string")) }
      return .string(try PercentFormat.text(format, right, interpreter))
    }
    if case .undefined(let undefined) = right { throw undefined.error }
    if let first = left.integerValue, let second = right.integerValue {
      return try apply(first, second)
    }
    if let first = left.number, let second = right.number {
      return try apply(first, second)
    }
    if let value = try applyToSequences(left, right, interpreter) { return value }
    throw TemplateError(
      .invalidOperation(
        "unsupported operand type(s) for \(rawValue): '\(left.typeName)' and '\(right.typeName)'"))
  }

  // MARK: Numbers

  private static var zeroDivision: TemplateError {
    TemplateError(.invalidOperation("division by zero"))
  }

  private func apply(_ left: Int, _ right: Int) throws(TemplateError) -> Value {
    switch self {
    case .add: return try Self.checked(left.addingReportingOverflow(right))
    case .subtract: return try Self.checked(left.subtractingReportingOverflow(right))
    case .multiply: return try Self.checked(left.multipliedReportingOverflow(by: right))
    case .divide:
      guard right != 0 else { throw Self.zeroDivision }
      return .float(Double(left) / Double(right))
    case .floorDivide, .remainder:
      guard right != 0 else { throw Self.zeroDivision }
      if right == -1 {
        return self == .remainder
          ? .integer(0) : try Self.checked(0.subtractingReportingOverflow(left))
      }
      let (quotient, remainder) = left.quotientAndRemainder(dividingBy: right)
      let isRoundedUp = remainder != 0 && (remainder < 0) != (right < 0)
      if self == .floorDivide { return .integer(isRoundedUp ? quotient - 1 : quotient) }
      return .integer(isRoundedUp ? remainder + right : remainder)
    case .power: return try Self.power(left, right)
    }
  }

  private static func checked(
    _ result: (partialValue: Int, overflow: Bool)
  ) throws(TemplateError) -> Value {
    guard !result.overflow else { throw Numbers.overflow }
    return .integer(result.partialValue)
  }

  private static func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Value {
    guard exponent >= 0 else {
      guard base != 0 else { throw zeroDivision }
      return .float(pow(Double(base), Double(exponent)))
    }
    if base == 0 || base == 1 { return .integer(exponent == 0 ? 1 : base) }
    if base == -1 { return .integer(exponent.isMultiple(of: 2) ? 1 : -1) }
    guard exponent < Int.bitWidth else { throw Numbers.overflow }
    var result = 1
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      guard !overflow else { throw Numbers.overflow }
      result = product
    }
    return .integer(result)
  }

  private func apply(_ left: Double, _ right: Double) throws(TemplateError) -> Value {
    switch self {
    case .add: return .float(left + right)
    case .subtract: return .float(left - right)
    case .multiply: return .float(left * right)
    case .divide:
      guard right != 0 else { throw Self.zeroDivision }
      return .float(left / right)
    case .floorDivide:
      guard right != 0 else { throw Self.zeroDivision }
      return .float(((left - Self.remainder(left, right)) / right).rounded())
    case .remainder:
      guard right != 0 else { throw Self.zeroDivision }
      return .float(Self.remainder(left, right))
    case .power:
      if left < 0 && right != right.rounded() && right.isFinite {
        throw TemplateError(.unsupported("a complex number"))
      }
      guard left != 0 || right >= 0 else { throw Self.zeroDivision }
      return .float(pow(left, right))
    }
  }

  /// Python's float remainder has the sign of the divisor.
  private static func remainder(_ left: Double, _ right: Double) -> Double {
    let remainder = fmod(left, right)
    if remainder == 0 { return Double(signOf: right, magnitudeOf: 0) }
    return (remainder < 0) != (right < 0) ? remainder + right : remainder
  }

  // MARK: Strings and lists

  private func applyToSequences(
    _ left: Value, _ right: Value, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value? {
    switch (self, left, right) {
    case (.add, .string(let first), .string(let second)):
      try interpreter.budget.allocate(first.utf8.count + second.utf8.count)
      return .string(first + second)
    case (.add, _, .markup), (.add, .markup, _):
      guard left.stringValue != nil, right.stringValue != nil else { return nil }
      try interpreter.budget.allocate(left.weight.saturatingAdd(right.weight))
      return .markup(left.escapedText + right.escapedText)
    case (.add, .list(let first), .list(let second)):
      try interpreter.budget.allocate(elements: first.elements.count + second.elements.count)
      return .list(first.elements + second.elements)
    case (.add, .tuple(let first), .tuple(let second)):
      try interpreter.budget.allocate(elements: first.elements.count + second.elements.count)
      return .tuple(first.elements + second.elements)
    case (.multiply, _, _):
      if let count = right.integerValue { return try left.repeated(count, interpreter.budget) }
      if let count = left.integerValue { return try right.repeated(count, interpreter.budget) }
      return nil
    default: return nil
    }
  }
}

extension Value {
  /// A number as a double.
  fileprivate var number: Double? {
    if case .float(let number) = self { number } else { integerValue.map(Double.init) }
  }

  /// `sequence * count`, paid for before it is made.
  fileprivate func repeated(_ count: Int, _ budget: Budget) throws(TemplateError) -> Value? {
    let count = max(0, count)
    switch self {
    case .string(let text):
      try budget.allocate(text.utf8.count, times: count)
      return .string(String(repeating: text, count: count))
    case .markup(let text):
      try budget.allocate(text.utf8.count, times: count)
      return .markup(String(repeating: text, count: count))
    case .list(let sequence):
      try budget.allocate(sequence.elements.count * Self.size, times: count)
      return .list((0..<count).flatMap { _ in sequence.elements })
    case .tuple(let sequence):
      try budget.allocate(sequence.elements.count * Self.size, times: count)
      return .tuple((0..<count).flatMap { _ in sequence.elements })
    default: return nil
    }
  }
}
