extension Value {
  /// Python's `str(value)`, which is what a template writes.
  func text(_ budget: Budget) throws(TemplateError) -> String {
    switch self {
    case .string(let text), .markup(let text): return text
    case .undefined: return ""
    default: return try representation(budget)
    }
  }

  /// Python's `repr(value)`.
  func representation(_ budget: Budget) throws(TemplateError) -> String {
    var writer = RepresentationWriter(budget)
    try writer.write(self)
    return writer.output.text
  }
}

/// Writes Python's `repr` of values, paying for every byte.
private struct RepresentationWriter {
  var output: BoundedText
  private var depth = 0

  init(_ budget: Budget) { output = BoundedText(budget) }

  mutating func write(_ value: Value) throws(TemplateError) {
    switch value {
    case .undefined: try output.append("Undefined")
    case .none: try output.append("None")
    case .bool(let value): try output.append(value ? "True" : "False")
    case .integer(let value): try output.append("\(value)")
    case .float(let value): try output.append(value.pythonText)
    case .string(let text): try writeQuoted(text)
    case .markup(let text):
      try output.append("Markup(")
      try writeQuoted(text)
      try output.append(")")
    case .list, .tuple, .mapping, .view, .namespace: try writeContainer(value)
    case .range(let range):
      let step = range.step == 1 ? "" : ", \(range.step)"
      try output.append("range(\(range.start), \(range.stop)\(step))")
    case .loop(let loop): try output.append("<LoopContext \(loop.index + 1)/\(loop.items.count)>")
    case .callable(.macro(let macro)):
      try output.append(macro.name.map { "<Macro '\($0)'>" } ?? "<Macro anonymous>")
    case .iterator, .callable:
      throw TemplateError(.unsupported("writing a \(value.typeName)"))
    }
  }

  private mutating func writeContainer(_ value: Value) throws(TemplateError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Budget.nestingLimit else {
      throw TemplateError(.limitExceeded("\(Budget.nestingLimit) nested containers"))
    }
    switch value {
    case .list(let sequence): try writeElements(sequence.elements, "[", "]")
    case .tuple(let sequence):
      try writeElements(sequence.elements, "(", sequence.elements.count == 1 ? ",)" : ")")
    case .mapping(let mapping): try writeMembers(mapping)
    case .view(let view): try writeElements(view.elements, "dict_\(view.kind.rawValue)([", "])")
    case .namespace(let namespace):
      try output.append("<Namespace ")
      try writeMembers(namespace.attributes)
      try output.append(">")
    default: break
    }
  }

  private mutating func writeElements(
    _ elements: [Value], _ open: String, _ close: String
  ) throws(TemplateError) {
    try output.append(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { try output.append(", ") }
      try write(element)
    }
    try output.append(close)
  }

  private mutating func writeMembers(_ mapping: Mapping) throws(TemplateError) {
    try output.append("{")
    for (index, (key, value)) in zip(mapping.keys, mapping.values).enumerated() {
      if index > 0 { try output.append(", ") }
      try write(key)
      try output.append(": ")
      try write(value)
    }
    try output.append("}")
  }

  private mutating func writeQuoted(_ text: String) throws(TemplateError) {
    let scalars = text.unicodeScalars
    let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
    var quoted = String.UnicodeScalarView([quote])
    for scalar in scalars { quoted.append(contentsOf: Self.escaped(scalar, quote: quote)) }
    quoted.append(quote)
    try output.append(String(quoted))
  }

  private static func escaped(
    _ scalar: Unicode.Scalar, quote: Unicode.Scalar
  ) -> String.UnicodeScalarView {
    switch scalar {
    case quote, "\\": return String.UnicodeScalarView(["\\", scalar])
    case "\n": return "\\n".unicodeScalars
    case "\r": return "\\r".unicodeScalars
    case "\t": return "\\t".unicodeScalars
    case _ where scalar.isPythonPrintable: return String.UnicodeScalarView([scalar])
    default: return scalar.pythonEscape.unicodeScalars
    }
  }
}

extension Unicode.Scalar {
  /// `\xNN`, `\uNNNN` or `\UNNNNNNNN`, the shortest that holds the code point.
  var pythonEscape: String {
    let (letter, width) = value < 0x100 ? ("x", 2) : (value < 0x10000 ? ("u", 4) : ("U", 8))
    let digits = String(value, radix: 16)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }
}
