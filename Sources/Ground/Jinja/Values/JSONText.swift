/// What transformers' `tojson` filter does: `json.dumps` without HTML escapes.
struct JSONText {
  /// The arguments of `json.dumps` that the filter passes on.
  struct Options {
    var isASCII = false
    var indentation: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    var sortsKeys = false
  }

  private let options: Options
  private var output: BoundedText
  private var depth = 0

  /// The JSON text of a value.
  static func text(
    of value: Value, options: Options, budget: Budget
  ) throws(TemplateError) -> String {
    var writer = JSONText(options: options, output: BoundedText(budget))
    try writer.write(value)
    return writer.output.text
  }

  private init(options: Options, output: BoundedText) {
    self.options = options
    self.output = output
  }

  private mutating func write(_ value: Value) throws(TemplateError) {
    switch value {
    case .string(let text), .markup(let text): try writeQuoted(text)
    case .list(let sequence), .tuple(let sequence):
      try writeList(sequence.elements, "[", "]") { (writer, element) throws(TemplateError) in
        try writer.write(element)
      }
    case .mapping(let mapping):
      try writeList(try members(of: mapping), "{", "}") { (writer, member) throws(TemplateError) in
        try writer.writeQuoted(member.key)
        try writer.output.append(writer.options.keySeparator)
        try writer.write(member.value)
      }
    default:
      guard let text = Self.scalarText(value) else {
        throw TemplateError(
          .invalidOperation("object of type \(value.typeName) is not JSON serializable"))
      }
      try output.append(text)
    }
  }

  private static func scalarText(_ value: Value) -> String? {
    switch value {
    case .none: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .float(let value) where value.isNaN: "NaN"
    case .float(let value) where value.isInfinite: value < 0 ? "-Infinity" : "Infinity"
    case .float(let value): value.pythonText
    default: nil
    }
  }

  private func members(
    of mapping: Mapping
  ) throws(TemplateError) -> [(key: String, value: Value)] {
    var members = Array(zip(mapping.keys, mapping.values))
    if options.sortsKeys {
      members = try members.sorted(byKey: { $0.0 })
    }
    return try members.map { (key, value) throws(TemplateError) in
      guard let text = key.stringValue ?? Self.scalarText(key) else {
        throw TemplateError(
          .invalidOperation(
            "keys must be str, int, float, bool or None, not \(key.typeName)"))
      }
      return (text, value)
    }
  }

  private mutating func writeList<Element>(
    _ elements: [Element], _ open: String, _ close: String,
    write: (inout JSONText, Element) throws(TemplateError) -> Void
  ) throws(TemplateError) {
    guard !elements.isEmpty else { return try output.append(open + close) }
    try output.append(open)
    depth += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { try output.append(options.itemSeparator) }
      try writeLineBreak()
      try write(&self, element)
    }
    depth -= 1
    try writeLineBreak()
    try output.append(close)
  }

  private mutating func writeLineBreak() throws(TemplateError) {
    guard let indentation = options.indentation else { return }
    try output.append("\n")
    for _ in 0..<depth { try output.append(indentation) }
  }

  private mutating func writeQuoted(_ text: String) throws(TemplateError) {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{8}": quoted += "\\b"
      case "\u{c}": quoted += "\\f"
      case _ where scalar.value < 0x20 || (options.isASCII && scalar.value > 0x7e):
        for unit in UTF16.encode(scalar) ?? .init() { quoted += Self.escaped(unit) }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    try output.append(quoted + "\"")
  }

  private static func escaped(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
