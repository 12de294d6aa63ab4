/// Filters that make a text, or a single value.
extension Filters {
  static let text: [String: Function] = [
    "capitalize": Function.changing(\.pythonCapitalized),
    "default": Function(["default_value", "boolean"]) { value, arguments, _ in
      let isReplaced = value.isUndefined || (arguments.bool(1) && !value.isTrue)
      return isReplaced ? arguments[0] ?? .string("") : value
    },
    "indent": Function(["width", "first", "blank"], refusing: ["blank"], indent),
    "int": Function(["default", "base"], refusing: ["default", "base"]) {
      (value, _, interpreter) throws(TemplateError) in .integer(try integer(value))
    },
    "lower": Function.changing(\.pythonLowercased),
    "replace": Function(["old", "new", "count"], refusing: ["count"]) {
      (value, arguments, interpreter) throws(TemplateError) in
      let budget = interpreter.budget
      return .string(
        try value.readText(interpreter).replacing(
          try arguments.required(0).text(budget), with: try arguments.required(1).text(budget),
          budget))
    },
    "safe": Function { (value, _, interpreter) throws(TemplateError) in
      .markup(try value.readText(interpreter))
    },
    "string": Function.changing { $0 },
    "title": Function { (value, _, interpreter) throws(TemplateError) in
      .string(title(try value.readText(interpreter)))
    },
    "tojson": Function(
      ["ensure_ascii", "indent", "separators", "sort_keys"], refusing: ["sort_keys"], json),
    "trim": Function(["chars"], refusing: ["chars"]) {
      (value, _, interpreter) throws(TemplateError) in
      value.like(try value.readText(interpreter).stripped(of: nil))
    },
    "upper": Function.changing(\.pythonUppercased),
  ]

  /// Words start after white space, `-`, or an opening bracket.
  private static func title(_ text: String) -> String {
    func startsWord(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
    }
    var output = ""
    var rest = text.unicodeScalars[...]
    while !rest.isEmpty {
      let separators = rest.prefix(while: startsWord)
      let word = rest.dropFirst(separators.count).prefix { !startsWord($0) }
      output += String(separators) + String(word.prefix(1)).pythonUppercased
      output += String(word.dropFirst()).pythonLowercased
      rest = rest.dropFirst(separators.count + word.count)
    }
    return output
  }

  private static let indent: Function.Body = {
    (value, arguments, interpreter) throws(TemplateError) in
    guard let text = value.stringValue else {
      throw .invalidOperation("indent takes a string, not a \(value.typeName)")
    }
    if arguments[0]?.stringValue != nil { throw .unsupported("a string as the width of 'indent'") }
    let prefix = try interpreter.budget.spaces(try arguments.optionalInteger(0) ?? 4)
    let breaks = text.unicodeScalars.count(where: \.isPythonLineBreak)
    try interpreter.budget.spend(breaks)
    try interpreter.budget.allocate(elements: breaks * 2)
    var output = BoundedText(interpreter.budget)
    for (index, line) in (text + "\n").pythonLines.enumerated() {
      if index > 0 { try output.append("\n") }
      if index == 0 ? arguments.bool(1) : !line.isEmpty { try output.append(prefix) }
      try output.append(line)
    }
    return value.like(output.text)
  }

  /// Python's `int` of a number or a text; a text that is none counts as zero.
  private static func integer(_ value: Value) throws(TemplateError) -> Int {
    try value.checkDefined()
    if let number = value.integerValue { return number }
    if case .float(let number) = value, number.isFinite {
      guard let integer = Int(exactly: number.rounded(.towardZero)) else { throw Numbers.overflow }
      return integer
    }
    guard let text = value.stringValue?.stripped(of: nil) else { return 0 }
    if let number = Int(text) { return number }
    guard !text.unicodeScalars.contains(where: { $0.properties.numericType != nil }) else {
      throw .unsupported("the filter 'int' of '\(text)'")
    }
    return 0
  }

  private static let json: Function.Body = {
    (value, arguments, interpreter) throws(TemplateError) in
    var options = ValueWriter.JSONOptions()
    options.isASCII = arguments.bool(0)
    if arguments[1]?.stringValue != nil { throw .unsupported("a string as the indent of 'tojson'") }
    if let width = try arguments.optionalInteger(1) {
      options.indentation = try interpreter.budget.spaces(width)
      options.itemSeparator = ","
    }
    if let separators = arguments[2], !separators.isNone {
      let parts = try interpreter.elements(of: separators).map(\.stringValue)
      guard parts.count == 2, let item = parts[0], let key = parts[1] else {
        throw .invalidOperation("tojson: separators must be two strings")
      }
      (options.itemSeparator, options.keySeparator) = (item, key)
    }
    return .string(try ValueWriter.text(of: value, json: options, interpreter.budget))
  }
}
