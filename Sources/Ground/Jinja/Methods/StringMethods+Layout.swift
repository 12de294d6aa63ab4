extension StringMethods {
  static let layout: [String: Entry] = [
    "ljust": Entry(["width", "fillchar"]) { (text, bound, interpreter) throws(TemplateError) in
      try padded(text, bound, interpreter) { _, _ in 0 }
    },
    "rjust": Entry(["width", "fillchar"]) { (text, bound, interpreter) throws(TemplateError) in
      try padded(text, bound, interpreter) { missing, _ in missing }
    },
    "center": Entry(["width", "fillchar"]) { (text, bound, interpreter) throws(TemplateError) in
      try padded(text, bound, interpreter) { missing, width in missing / 2 + (missing & width & 1) }
    },
    "zfill": Entry(["width"]) { (text, bound, interpreter) throws(TemplateError) in
      let width = try bound.required(0).integerValue ?? 0
      let sign = text.unicodeScalars.prefix { $0 == "+" || $0 == "-" }.prefix(1)
      let zeros = try String(
        repeating: "0",
        count: width.subtractingReportingOverflow(text.unicodeScalars.count)
          .partialValue, interpreter.budget)
      return .string(String(sign) + zeros + String(text.unicodeScalars.dropFirst(sign.count)))
    },
    "expandtabs": Entry(["tabsize"]) { (text, bound, interpreter) throws(TemplateError) in
      .string(try expandTabs(text, size: try bound.integer(0, default: 8), interpreter))
    },
    "join": Entry(["iterable"]) { (text, bound, interpreter) throws(TemplateError) in
      let elements = try interpreter.elements(of: try bound.required(0))
      let parts = try elements.map { (element) throws(TemplateError) in
        guard let part = element.stringValue else {
          throw TemplateError(
            .invalidOperation("sequence item: expected str instance, \(element.typeName) found"))
        }
        return part
      }
      return .string(try parts.joined(by: text, interpreter.budget))
    },
    "format_map": Entry(["mapping"]) { (text, bound, interpreter) throws(TemplateError) in
      guard case .mapping(let mapping) = try bound.required(0) else {
        throw TemplateError(.invalidOperation("format_map() takes a mapping"))
      }
      let keywords = zip(mapping.keys, mapping.values).compactMap { key, value in
        key.stringValue.map { (name: $0, value: value) }
      }
      let arguments = Arguments(keywords: keywords)
      return .string(try BraceFormat.text(text, arguments, interpreter))
    },
  ]

  private static func padded(
    _ text: String, _ bound: BoundArguments, _ interpreter: Interpreter,
    leftOf left: (_ missing: Int, _ width: Int) -> Int
  ) throws(TemplateError) -> Value {
    let width = try bound.integer(0, default: 0)
    let fill = try bound.optionalString(1)?.scalars ?? [" "]
    guard fill.count == 1 else {
      throw TemplateError(
        .invalidOperation("the fill character must be exactly one character long"))
    }
    let count = text.unicodeScalars.count
    guard width > count else { return .string(text) }
    let missing = width - count
    let start = try String(repeating: fill[0], count: left(missing, width), interpreter.budget)
    let end = try String(
      repeating: fill[0], count: missing - left(missing, width), interpreter.budget)
    return .string(start + text + end)
  }

  private static func expandTabs(
    _ text: String, size: Int, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    var output = BoundedText(interpreter.budget)
    var column = 0
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        guard size > 0 else { continue }
        let count = size - column % size
        try output.append(try String(repeating: " ", count: count, interpreter.budget))
        column += count
      } else {
        try output.append(String(scalar))
        column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
      }
    }
    return output.text
  }
}

extension [String] {
  /// `separator.join(parts)`, paid for before it is made.
  func joined(by separator: String, _ budget: Budget) throws(TemplateError) -> String {
    var output = BoundedText(budget)
    for (index, part) in enumerated() {
      if index > 0 { try output.append(separator) }
      try output.append(part)
    }
    return output.text
  }
}
