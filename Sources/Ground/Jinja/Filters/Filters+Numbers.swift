import Glibc

extension Filters {
  static let numbers: [String: Filter] = [
    "abs": { (_, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "abs")
      if case .float(let number) = value { return .float(number.magnitude) }
      guard let number = value.integerValue else {
        throw TemplateError(.invalidOperation("bad operand type for abs(): '\(value.typeName)'"))
      }
      guard let magnitude = Int(exactly: number.magnitude) else { throw Numbers.overflow }
      return .integer(magnitude)
    },
    "int": { (_, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["default", "base"], of: "int")
      let base = try bound.integer(1, default: 10)
      return try integer(value, base: base) ?? bound[0] ?? .integer(0)
    },
    "float": { (_, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["default"], of: "float")
      if let text = value.stringValue {
        return double(text).map(Value.float) ?? bound[0] ?? .float(0)
      }
      if case .undefined(let undefined) = value { throw undefined.error }
      guard let number = try? Numbers.double(value) else { return bound[0] ?? .float(0) }
      return .float(number)
    },
    "round": { (_, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["precision", "method"], of: "round")
      return try round(
        value, precision: try bound.integer(0, default: 0),
        method: try bound.optionalString(1) ?? "common")
    },
    "sum": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["attribute", "start"], of: "sum")
      let path = AttributePath(bound[0])
      var total = bound[1] ?? .integer(0)
      guard total.stringValue == nil else {
        throw TemplateError(.invalidOperation("sum() can't sum strings"))
      }
      for element in try interpreter.elements(of: value) {
        let term = try path.value(in: element, interpreter)
        total = try ArithmeticOperator.add.apply(total, term, interpreter)
        try interpreter.budget.spend(reading: total.weight)
      }
      return total
    },
  ]

  // MARK: Reading numbers

  /// `int(value)`, or through `float` for a text such as "42.5"; nil where neither can be.
  private static func integer(_ value: Value, base: Int) throws(TemplateError) -> Value? {
    if let number = value.integerValue { return .integer(number) }
    if case .undefined(let undefined) = value { throw undefined.error }
    if let text = value.stringValue {
      guard base == 0 || (2...36).contains(base) else { return nil }
      if let number = try integer(text, base: base) { return .integer(number) }
      guard let number = double(text), number.isFinite else { return nil }
      return .integer(try Numbers.integer(truncating: number))
    }
    guard case .float(let number) = value, number.isFinite else { return nil }
    return .integer(try Numbers.integer(truncating: number))
  }

  /// Python's `int(text, base)`: white space around, a sign, a prefix, single underscores.
  private static func integer(_ text: String, base: Int) throws(TemplateError) -> Int? {
    var digits = text.stripped(of: nil)[...]
    let isNegative = digits.first == "-"
    if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
    var radix = base
    let prefixes = ["0b": 2, "0o": 8, "0x": 16]
    if let prefix = prefixes[digits.prefix(2).lowercased()], base == prefix || base == 0 {
      radix = prefix
      digits = digits.dropFirst(digits.dropFirst(2).first == "_" ? 3 : 2)
    }
    if radix == 0 {
      radix = 10
      if digits.first == "0", digits.contains(where: { $0 != "0" && $0 != "_" }) { return nil }
    }
    guard let plain = withoutUnderscores(digits),
      !plain.isEmpty, plain.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else { return nil }
    if let value = Int((isNegative ? "-" : "") + plain, radix: radix) { return value }
    let isNumber = plain.allSatisfy { ($0.hexDigitValue ?? 36) < radix }
    if isNumber && radix <= 16 { throw Numbers.overflow }
    return nil
  }

  /// Python's `float(text)`.
  private static func double(_ text: String) -> Double? {
    let stripped = text.stripped(of: nil)
    guard let plain = withoutUnderscores(stripped[...]) else { return nil }
    let name = plain.lowercased().drop { $0 == "+" || $0 == "-" }
    if ["inf", "infinity", "nan"].contains(name) { return Double(plain.lowercased()) }
    let allowed = plain.unicodeScalars.allSatisfy { "0123456789+-.eE".unicodeScalars.contains($0) }
    guard allowed else { return nil }
    if let number = Double(plain) { return number }
    // Python reads "1." and ".5", which Swift does not.
    let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts[0].contains(where: \.isNumber) || parts[1].first?.isNumber ?? false
    else { return nil }
    let whole = parts[0].contains(where: \.isNumber) ? "\(parts[0])" : "\(parts[0])0"
    let fraction = parts[1].first?.isNumber ?? false ? "\(parts[1])" : "0\(parts[1])"
    return Double("\(whole).\(fraction)")
  }

  /// The digits, nil where an underscore does not stand between two of them.
  private static func withoutUnderscores(_ text: Substring) -> String? {
    guard text.contains("_") else { return String(text) }
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    let isSound = parts.allSatisfy { part in
      (part.first?.isHexDigit ?? false) && (part.last?.isHexDigit ?? false)
    }
    return isSound ? parts.joined() : nil
  }

  // MARK: Rounding

  private static func round(
    _ value: Value, precision: Int, method: String
  ) throws(TemplateError) -> Value {
    guard ["common", "ceil", "floor"].contains(method) else {
      throw TemplateError(.invalidOperation("method must be common, ceil or floor"))
    }
    guard (-400...400).contains(precision) else {
      throw TemplateError(.limitExceeded("400 digits of a rounded number"))
    }
    if let number = value.integerValue, method == "common" {
      guard precision < 0 else { return .integer(number) }
      throw TemplateError(.unsupported("rounding an integer to tens"))
    }
    let number = try Numbers.double(value)
    guard method != "common" else { return .float(rounded(number, precision)) }
    let scale = pow(10, Double(precision))
    let scaled = number * scale
    return .float((method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)) / scale)
  }

  /// Python rounds the decimal expansion of the number, half to even.
  private static func rounded(_ number: Double, _ precision: Int) -> Double {
    guard number.isFinite else { return number }
    guard precision < 0 else {
      return Double(number.formatted(as: "f", precision: precision)) ?? number
    }
    let scale = pow(10, Double(-precision))
    return (number / scale).rounded(.toNearestOrEven) * scale
  }
}
