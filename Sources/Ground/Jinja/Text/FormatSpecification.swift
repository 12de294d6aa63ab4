/// Python's format specification: `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
struct FormatSpecification {
  var fill: Unicode.Scalar = " "
  var alignment: Unicode.Scalar?
  var sign: Unicode.Scalar = "-"
  var isAlternate = false
  /// A zero before the width: numbers are filled with zeros after their sign.
  var isZeroFilled = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?

  init() {}

  /// Parses what stands after the colon of a replacement field.
  init(_ text: String) throws(TemplateError) {
    var scalars = text.unicodeScalars[...]
    func isAlignment(_ scalar: Unicode.Scalar?) -> Bool {
      scalar.map { "<>=^".unicodeScalars.contains($0) } ?? false
    }
    let hasFill = isAlignment(scalars.dropFirst().first)
    if hasFill, let first = scalars.popFirst() { fill = first }
    if isAlignment(scalars.first) { alignment = scalars.popFirst() }
    if let first = scalars.first, "+- ".unicodeScalars.contains(first) {
      sign = first
      scalars.removeFirst()
    }
    if scalars.first == "#" {
      isAlternate = true
      scalars.removeFirst()
    }
    if !hasFill, scalars.first == "0" {
      fill = "0"
      isZeroFilled = true
      scalars.removeFirst()
    }
    width = try Self.number(&scalars) ?? 0
    if scalars.first == "," || scalars.first == "_" { grouping = scalars.popFirst() }
    guard grouping == nil || !isZeroFilled else {
      throw TemplateError(.unsupported("zeros before grouped digits, '\(text)',"))
    }
    if scalars.first == "." {
      scalars.removeFirst()
      precision = try Self.number(&scalars)
      guard precision != nil else { throw Self.invalid("format specifier missing precision") }
    }
    type = scalars.popFirst()
    guard scalars.isEmpty else { throw Self.invalid("invalid format specifier '\(text)'") }
  }

  static func invalid(_ reason: String) -> TemplateError {
    TemplateError(.invalidOperation(reason))
  }

  /// The digits at the start of a specification as a number.
  static func number(
    _ scalars: inout Substring.UnicodeScalarView
  ) throws(TemplateError) -> Int? {
    let digits = scalars.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty else { return nil }
    guard let value = Int(String(digits)) else {
      throw invalid("too many decimal digits in format")
    }
    scalars.removeFirst(digits.count)
    return value
  }

  // MARK: Values

  /// Python's `format(value, specification)`.
  func format(_ value: Value, _ budget: Budget) throws(TemplateError) -> String {
    switch value {
    case .string(let text), .markup(let text): try format(text, budget)
    case .bool, .integer: try format(value.integerValue ?? 0, budget)
    case .float(let number): try format(number, budget)
    default:
      throw Self.invalid("unsupported format string passed to \(value.typeName).__format__")
    }
  }

  func format(_ text: String, _ budget: Budget) throws(TemplateError) -> String {
    guard type == nil || type == "s" else { throw unknownType("str") }
    guard alignment != "=" else {
      throw Self.invalid("'=' alignment not allowed in string format specifier")
    }
    let cut = precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text
    return try padded("", cut, defaultAlignment: "<", budget)
  }

  func format(_ number: Int, _ budget: Budget) throws(TemplateError) -> String {
    let radixes: [Unicode.Scalar: (Int, String)] = [
      "b": (2, "0b"), "o": (8, "0o"), "x": (16, "0x"), "X": (16, "0X"), "d": (10, ""),
    ]
    if let type, "eEfFgG%".unicodeScalars.contains(type) {
      return try format(Double(number), budget)
    }
    if type == "c" {
      guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else {
        throw Self.invalid("%c arg not in range")
      }
      return try padded("", String(scalar), defaultAlignment: "<", budget)
    }
    guard let (radix, prefix) = radixes[type ?? "d"] else { throw unknownType("int") }
    guard precision == nil else {
      throw Self.invalid("precision not allowed in integer format specifier")
    }
    let digits = String(number.magnitude, radix: radix, uppercase: type == "X")
    let grouped =
      grouping == nil ? digits : Self.grouped(digits, grouping, every: radix == 10 ? 3 : 4)
    return try padded(
      signText(number < 0) + (isAlternate ? prefix : ""), grouped,
      defaultAlignment: isZeroFilled ? "=" : ">", budget)
  }

  func format(_ number: Double, _ budget: Budget) throws(TemplateError) -> String {
    let isNegative = number.sign == .minus && !number.isNaN
    guard type == nil || "eEfFgG%".unicodeScalars.contains(type ?? " ") else {
      throw unknownType("float")
    }
    guard (precision ?? 0) <= Double.maximalPrecision else {
      throw TemplateError(.limitExceeded("\(Double.maximalPrecision) digits in a number"))
    }
    var text = digits(of: number.magnitude)
    if let grouping {
      let whole = text.prefix { $0.isNumber }
      text = Self.grouped(String(whole), grouping, every: 3) + text.dropFirst(whole.count)
    }
    return try padded(
      signText(isNegative), text, defaultAlignment: isZeroFilled ? "=" : ">", budget)
  }

  private func unknownType(_ name: String) -> TemplateError {
    Self.invalid(
      "unknown format code '\(type.map(String.init) ?? "")' for object of type '\(name)'")
  }

  private func digits(of number: Double) -> String {
    let isUppercase = type.map { "EFG".unicodeScalars.contains($0) } ?? false
    guard number.isFinite else {
      let text = number.isNaN ? "nan" : "inf"
      return (isUppercase ? text.uppercased() : text) + (type == "%" ? "%" : "")
    }
    switch type {
    case "%":
      return (number * 100).formatted(as: "f", precision: precision ?? 6, alternate: isAlternate)
        + "%"
    case let type?:
      let conversion = Character(type.properties.lowercaseMapping)
      let text = number.formatted(
        as: conversion, precision: precision ?? 6, alternate: isAlternate)
      return isUppercase ? text.uppercased() : text
    case nil: return precision.map { Self.general(number, digits: max(1, $0)) } ?? number.pythonText
    }
  }

  /// The format of a float with a precision and no type: like `g`, but it stays a float to read.
  private static func general(_ number: Double, digits count: Int) -> String {
    let scientific = number.formatted(as: "e", precision: count - 1)
    let parts = scientific.split(separator: "e")
    let point = number == 0 ? 1 : (Int(parts[1]) ?? 0) + 1
    if point <= -4 || point > count - 1 {
      return trimmed(String(parts[0])) + "e" + parts[1]
    }
    let fixed = trimmed(number.formatted(as: "f", precision: max(0, count - point)))
    return fixed.contains(".") ? fixed : fixed + ".0"
  }

  private static func trimmed(_ digits: String) -> String {
    guard digits.contains(".") else { return digits }
    var digits = digits[...]
    while digits.last == "0" { digits.removeLast() }
    return String(digits.last == "." ? digits.dropLast() : digits)
  }

  // MARK: Layout

  private func signText(_ isNegative: Bool) -> String {
    isNegative ? "-" : (sign == "-" ? "" : String(sign))
  }

  private static func grouped(
    _ digits: String, _ separator: Unicode.Scalar?, every size: Int
  ) -> String {
    guard let separator else { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: size) {
        text.unicodeScalars.append(separator)
      }
      text.append(digit)
    }
    return text
  }

  /// Fills up to the width; `=` puts the filling after the sign.
  private func padded(
    _ sign: String, _ text: String, defaultAlignment: Unicode.Scalar, _ budget: Budget
  ) throws(TemplateError) -> String {
    let missing = width - sign.unicodeScalars.count - text.unicodeScalars.count
    guard missing > 0 else { return sign + text }
    let alignment = alignment ?? defaultAlignment
    let left =
      switch alignment {
      case "<": 0
      case "^": missing / 2
      default: missing
      }
    let before = try String(repeating: fill, count: left, budget)
    let after = try String(repeating: fill, count: missing - left, budget)
    return alignment == "=" ? sign + before + text : before + sign + text + after
  }
}

extension String {
  /// A character so many times, paid for before it is made.
  init(
    repeating scalar: Unicode.Scalar, count: Int, _ budget: Budget
  ) throws(TemplateError) {
    let character = String(scalar)
    let count = Swift.max(0, count)
    let (size, overflow) = count.multipliedReportingOverflow(by: character.utf8.count)
    try budget.allocate(overflow ? .max : size)
    if let byte = character.utf8.first, character.utf8.count == 1 {
      // Characters are appended one by one: a hundred million of them take nine seconds.
      self = String(decoding: [UInt8](repeating: byte, count: count), as: UTF8.self)
    } else {
      self = String(repeating: character, count: count)
    }
  }
}
