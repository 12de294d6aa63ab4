/// Writes a value as Python's `repr` or `json.dumps` does, paying for every byte.
struct ValueWriter {
  /// The arguments of `json.dumps` that transformers' `tojson` passes on; it escapes no HTML.
  struct JSONOptions {
    var isASCII = false
    var indentation: String?
    var itemSeparator = ", "
    var keySeparator = ": "
  }

  /// How JSON is written; nil for `repr`.
  private let json: JSONOptions?
  private var output: BoundedText
  private var depth = 0

  /// The text of a value: `repr` without options, JSON with them.
  static func text(
    of value: Value, json: JSONOptions? = nil, _ budget: Budget
  ) throws(TemplateError) -> String {
    var writer = ValueWriter(json: json, output: BoundedText(budget))
    try writer.write(value)
    return writer.output.text
  }

  private mutating func write(_ value: Value) throws(TemplateError) {
    if let text = scalarText(value) { return try output.append(text) }
    switch value {
    case .string(let text): try writeQuoted(text)
    case .markup(let text) where json != nil: try writeQuoted(text)
    case .list(let list): try write(list.elements, "[", "]")
    case .tuple(let tuple) where json != nil: try write(tuple.elements, "[", "]")
    case .tuple(let tuple): try write(tuple.elements, "(", tuple.elements.count == 1 ? ",)" : ")")
    case .mapping(let mapping): try write(mapping)
    case _ where json != nil:
      throw .invalidOperation("object of type \(value.typeName) is not JSON serializable")
    case .undefined: try output.append("Undefined")
    case .markup(let text):
      try output.append("Markup(")
      try writeQuoted(text)
      try output.append(")")
    case .items(let mapping): try write(mapping.items, "dict_items([", "])")
    case .namespace(let namespace):
      try output.append("<Namespace ")
      try write(namespace.attributes)
      try output.append(">")
    case .loop(let loop): try output.append("<LoopContext \(loop.index + 1)/\(loop.items.count)>")
    case .callable(.macro(let macro)): try output.append("<Macro '\(macro.definition.name)'>")
    default: throw .unsupported("writing a \(value.typeName)")
    }
  }

  /// The text of what has no quotes and no parts.
  private func scalarText(_ value: Value) -> String? {
    switch value {
    case .none: json == nil ? "None" : "null"
    case .bool(let value) where json == nil: value ? "True" : "False"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .float(let value) where json != nil && value.isNaN: "NaN"
    case .float(let value) where json != nil && value.isInfinite:
      value < 0 ? "-Infinity" : "Infinity"
    case .float(let value): value.pythonText
    default: nil
    }
  }

  private mutating func write(
    _ elements: [Value], _ open: String, _ close: String
  ) throws(TemplateError) {
    try writeParts(elements, open, close) { (writer, element) throws(TemplateError) in
      try writer.write(element)
    }
  }

  private mutating func write(_ mapping: Mapping) throws(TemplateError) {
    try writeParts(Array(zip(mapping.keys, mapping.values)), "{", "}") {
      (writer, member) throws(TemplateError) in
      try writer.writeKey(member.0)
      try writer.output.append(writer.json?.keySeparator ?? ": ")
      try writer.write(member.1)
    }
  }

  private mutating func writeKey(_ key: Value) throws(TemplateError) {
    guard json != nil else { return try write(key) }
    guard let text = key.stringValue ?? scalarText(key) else {
      throw .invalidOperation("keys must be str, int, float, bool or None, not \(key.typeName)")
    }
    try writeQuoted(text)
  }

  private mutating func writeParts<Part>(
    _ parts: [Part], _ open: String, _ close: String,
    write: (inout ValueWriter, Part) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Budget.nestingLimit else {
      throw .limitExceeded("\(Budget.nestingLimit) nested containers")
    }
    try output.append(open)
    for (index, part) in parts.enumerated() {
      if index > 0 { try output.append(json?.itemSeparator ?? ", ") }
      try writeLineBreak(depth)
      try write(&self, part)
    }
    if !parts.isEmpty { try writeLineBreak(depth - 1) }
    try output.append(close)
  }

  private mutating func writeLineBreak(_ depth: Int) throws(TemplateError) {
    guard let indentation = json?.indentation else { return }
    try output.append("\n")
    for _ in 0..<depth { try output.append(indentation) }
  }

  private mutating func writeQuoted(_ text: String) throws(TemplateError) {
    let scalars = text.unicodeScalars
    let isDouble = json != nil || (scalars.contains("'") && !scalars.contains("\""))
    let quote: Unicode.Scalar = isDouble ? "\"" : "'"
    var quoted = String(quote)
    for scalar in scalars {
      switch scalar {
      case quote, "\\": quoted.unicodeScalars += ["\\", scalar]
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{8}" where json != nil: quoted += "\\b"
      case "\u{c}" where json != nil: quoted += "\\f"
      case _ where isPlain(scalar): quoted.unicodeScalars.append(scalar)
      case _ where json != nil:
        for unit in UTF16.encode(scalar) ?? .init() { quoted += Self.escape("u", UInt32(unit), 4) }
      default: quoted += Self.escape(scalar.value)
      }
    }
    try output.append(quoted + String(quote))
  }

  private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    guard let json else { return scalar.isPythonPrintable }
    return scalar.value >= 0x20 && (!json.isASCII || scalar.value <= 0x7e)
  }

  /// The shortest of Python's escapes that holds a code point.
  private static func escape(_ value: UInt32) -> String {
    value < 0x100
      ? escape("x", value, 2) : value < 0x10000 ? escape("u", value, 4) : escape("U", value, 8)
  }

  private static func escape(_ letter: String, _ value: UInt32, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }
}
