/// Python's `str.format` in Jinja's sandbox: replacement fields with attributes and items.
struct BraceFormat {
  private let arguments: Arguments
  private let interpreter: Interpreter
  private var nextIndex = 0
  private var isNumbered: Bool?

  static func text(
    _ format: String, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var formatter = BraceFormat(arguments, interpreter)
    return try formatter.text(format[...].unicodeScalars, depth: 2)
  }

  private init(_ arguments: Arguments, _ interpreter: Interpreter) {
    self.arguments = arguments
    self.interpreter = interpreter
  }

  private mutating func text(
    _ format: Substring.UnicodeScalarView, depth: Int
  ) throws(TemplateError) -> String {
    guard depth >= 0 else { throw FormatSpecification.invalid("max string recursion exceeded") }
    var output = BoundedText(interpreter.budget)
    var rest = format
    while !rest.isEmpty {
      let literal = rest.prefix { $0 != "{" && $0 != "}" }
      try output.append(literal)
      rest.removeFirst(literal.count)
      guard let brace = rest.popFirst() else { break }
      if rest.first == brace {
        rest.removeFirst()
        try output.append(String(brace))
      } else if brace == "}" {
        throw FormatSpecification.invalid("single '}' encountered in format string")
      } else {
        try output.append(try field(try Self.fieldText(&rest), depth: depth))
      }
    }
    return output.text
  }

  /// The text up to the brace that closes a field.
  private static func fieldText(
    _ rest: inout Substring.UnicodeScalarView
  ) throws(TemplateError) -> Substring.UnicodeScalarView {
    var open = 1
    let start = rest
    var count = 0
    while let scalar = rest.popFirst() {
      if scalar == "{" { open += 1 }
      if scalar == "}" { open -= 1 }
      if open == 0 { return start.prefix(count) }
      count += 1
    }
    throw FormatSpecification.invalid("expected '}' before end of string")
  }

  private mutating func field(
    _ text: Substring.UnicodeScalarView, depth: Int
  ) throws(TemplateError) -> String {
    let name = text.prefix { $0 != "!" && $0 != ":" }
    var rest = text.dropFirst(name.count)
    var value = try lookUp(name)
    if rest.first == "!" {
      value = try converted(value, rest.dropFirst().first)
      rest = rest.dropFirst(2)
      guard rest.isEmpty || rest.first == ":" else {
        throw FormatSpecification.invalid("expected ':' after conversion specifier")
      }
    }
    let specification = try self.text(rest.dropFirst(), depth: depth - 1)
    if specification.isEmpty { return try value.text(interpreter.budget) }
    return try FormatSpecification(specification).format(value, interpreter.budget)
  }

  private func converted(
    _ value: Value, _ conversion: Unicode.Scalar?
  ) throws(TemplateError) -> Value {
    switch conversion {
    case "s": return .string(try value.text(interpreter.budget))
    case "r": return .string(try value.representation(interpreter.budget))
    default:
      throw TemplateError(
        .unsupported("the format conversion '\(conversion.map(String.init) ?? "")'"))
    }
  }

  /// `name.attribute[item]`, where the name may be a position or left out.
  private mutating func lookUp(_ name: Substring.UnicodeScalarView) throws(TemplateError) -> Value {
    let first = String(name.prefix { $0 != "." && $0 != "[" })
    var rest = name.dropFirst(first.unicodeScalars.count)
    var value = try argument(first)
    while let mark = rest.popFirst() {
      if mark == "." {
        let attribute = rest.prefix { $0 != "." && $0 != "[" }
        rest.removeFirst(attribute.count)
        value = try interpreter.attribute(String(attribute), of: value)
      } else {
        let item = rest.prefix { $0 != "]" }
        guard item.count < rest.count else {
          throw FormatSpecification.invalid("expected ']' before end of string")
        }
        rest.removeFirst(item.count + 1)
        let key = String(item)
        value = try interpreter.item(Int(key).map(Value.integer) ?? .string(key), of: value)
      }
    }
    return value
  }

  private mutating func argument(_ name: String) throws(TemplateError) -> Value {
    guard name.isEmpty || Int(name) != nil else {
      guard let value = arguments.keyword(name) else {
        throw FormatSpecification.invalid("no value for the format key '\(name)'")
      }
      return value
    }
    guard isNumbered ?? !name.isEmpty != name.isEmpty else {
      throw FormatSpecification.invalid("cannot mix automatic and manual field numbering")
    }
    isNumbered = !name.isEmpty
    let index = Int(name) ?? nextIndex
    if name.isEmpty { nextIndex += 1 }
    guard arguments.positional.indices.contains(index) else {
      throw FormatSpecification.invalid("replacement index \(index) out of range")
    }
    return arguments.positional[index]
  }
}
