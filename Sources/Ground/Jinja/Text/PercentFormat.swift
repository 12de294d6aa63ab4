/// Python's `format % values`.
struct PercentFormat {
  private var scalars: Substring.UnicodeScalarView
  private var output: BoundedText
  private var arguments: ArraySlice<Value>
  private let mapping: Value?
  private let interpreter: Interpreter

  /// Formats a tuple of values, the items of a mapping, or a single value.
  static func text(
    _ format: String, _ values: Value, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var formatter = PercentFormat(format, values, interpreter)
    try formatter.run()
    guard formatter.arguments.isEmpty || formatter.mapping != nil else {
      throw FormatSpecification.invalid("not all arguments converted during string formatting")
    }
    return formatter.output.text
  }

  private init(_ format: String, _ values: Value, _ interpreter: Interpreter) {
    scalars = format[...].unicodeScalars
    output = BoundedText(interpreter.budget)
    self.interpreter = interpreter
    switch values {
    case .tuple(let sequence): (arguments, mapping) = (sequence.elements[...], nil)
    // As in CPython, whatever has items may be left unconverted; even what is undefined has them.
    case .list, .mapping, .range, .undefined: (arguments, mapping) = ([values], values)
    default: (arguments, mapping) = ([values], nil)
    }
  }

  private mutating func run() throws(TemplateError) {
    while !scalars.isEmpty {
      let text = scalars.prefix { $0 != "%" }
      try output.append(text)
      scalars.removeFirst(text.count)
      if scalars.popFirst() != nil { try convert() }
    }
  }

  private mutating func convert() throws(TemplateError) {
    let named = try namedValue()
    var specification = FormatSpecification()
    specification.alignment = ">"
    while let flag = scalars.first, "#0- +".unicodeScalars.contains(flag) {
      scalars.removeFirst()
      apply(flag, to: &specification)
    }
    specification.width = try number() ?? 0
    if specification.width < 0 {
      specification.width = specification.width == .min ? .max : -specification.width
      specification.alignment = "<"
    }
    if scalars.first == "." {
      scalars.removeFirst()
      specification.precision = max(0, try number() ?? 0)
    }
    while let modifier = scalars.first, "hlL".unicodeScalars.contains(modifier) {
      scalars.removeFirst()
    }
    guard let conversion = scalars.popFirst() else {
      throw FormatSpecification.invalid("incomplete format")
    }
    if conversion == "%" { return try output.append("%") }
    let value = if let named { named } else { try nextArgument() }
    try output.append(try text(of: value, conversion, &specification))
  }

  /// `%(key)s` takes a value from the mapping.
  private mutating func namedValue() throws(TemplateError) -> Value? {
    guard scalars.first == "(" else { return nil }
    guard let mapping else { throw FormatSpecification.invalid("format requires a mapping") }
    scalars.removeFirst()
    let key = scalars.prefix { $0 != ")" }
    guard key.count < scalars.count else {
      throw FormatSpecification.invalid("incomplete format key")
    }
    scalars.removeFirst(key.count + 1)
    if case .undefined(let undefined) = mapping { throw undefined.error }
    guard case .mapping(let members) = mapping, let value = members[String(key)] else {
      throw FormatSpecification.invalid("no value for the format key '\(String(key))'")
    }
    return value
  }

  private func apply(_ flag: Unicode.Scalar, to specification: inout FormatSpecification) {
    switch flag {
    case "#": specification.isAlternate = true
    case "0":
      if specification.alignment == ">" {
        specification.fill = "0"
        specification.alignment = "="
      }
    case "-":
      specification.fill = " "
      specification.alignment = "<"
    default: if specification.sign != "+" { specification.sign = flag }
    }
  }

  /// A width or precision, which `*` takes from the values.
  private mutating func number() throws(TemplateError) -> Int? {
    guard scalars.first == "*" else { return try FormatSpecification.number(&scalars) }
    scalars.removeFirst()
    guard let value = try nextArgument().integerValue else {
      throw FormatSpecification.invalid("* wants int")
    }
    return value
  }

  private mutating func nextArgument() throws(TemplateError) -> Value {
    guard let value = arguments.popFirst() else {
      throw FormatSpecification.invalid("not enough arguments for format string")
    }
    return value
  }

  private func text(
    of value: Value, _ conversion: Unicode.Scalar, _ specification: inout FormatSpecification
  ) throws(TemplateError) -> String {
    let budget = interpreter.budget
    switch conversion {
    case "s", "r":
      let text = try conversion == "s" ? value.text(budget) : value.representation(budget)
      return try specification.withoutZeros.format(text, budget)
    case "c":
      guard let text = value.stringValue else {
        specification.type = "c"
        return try specification.withoutZeros.format(try integer(value), budget)
      }
      guard text.unicodeScalars.count == 1 else {
        throw FormatSpecification.invalid("%c requires int or char")
      }
      return try specification.withoutZeros.format(text, budget)
    case "d", "i", "u", "o", "x", "X":
      return try integerText(value, conversion, specification)
    case "e", "E", "f", "F", "g", "G":
      specification.type = conversion
      return try specification.format(try Numbers.double(value), budget)
    default:
      throw FormatSpecification.invalid("unsupported format character '\(conversion)'")
    }
  }

  /// A precision asks for so many digits at least.
  private func integerText(
    _ value: Value, _ conversion: Unicode.Scalar, _ specification: FormatSpecification
  ) throws(TemplateError) -> String {
    var specification = specification
    let isDecimal = "diu".unicodeScalars.contains(conversion)
    if case .float = value, !isDecimal {
      throw FormatSpecification.invalid("%\(conversion) format: an integer is required, not float")
    }
    let number = try integer(value)
    specification.type = isDecimal ? "d" : conversion
    guard let precision = specification.precision else {
      return try specification.format(number, interpreter.budget)
    }
    var digits = FormatSpecification()
    (digits.fill, digits.alignment) = ("0", "=")
    (digits.type, digits.sign) = (specification.type, specification.sign)
    let hasSign = number < 0 || digits.sign != "-"
    digits.width = precision.saturatingAdd(hasSign ? 1 : 0)
    specification.precision = nil
    return try specification.withoutZeros.format(
      try digits.format(number, interpreter.budget), interpreter.budget)
  }

  private func integer(_ value: Value) throws(TemplateError) -> Int {
    if let number = value.integerValue { return number }
    guard case .float(let number) = value else {
      if case .undefined(let undefined) = value { throw undefined.error }
      throw FormatSpecification.invalid("a real number is required, not \(value.typeName)")
    }
    return try Numbers.integer(truncating: number)
  }
}

extension FormatSpecification {
  /// The same for a text, which zeros never fill.
  fileprivate var withoutZeros: FormatSpecification {
    var copy = self
    copy.fill = " "
    copy.type = type == "c" ? type : nil
    if alignment == "=" { copy.alignment = ">" }
    return copy
  }
}
