extension JSONValue {
  /// How a value is laid out as text.
  public enum Layout: Sendable {
    /// No white space.
    case compact
    /// Two spaces a level, one member a line.
    case pretty
  }

  /// The JSON text of this value, in UTF-8 with nothing but `"`, `\` and controls escaped.
  ///
  /// Decimals are the shortest text that reads back the same; a value that JSON cannot say (NaN,
  /// infinity) becomes `null`.
  ///
  /// - Parameter layout: Compact or pretty.
  /// - Returns: The text, without a line break at its end.
  public func text(_ layout: Layout = .compact) -> String {
    var output = ""
    write(to: &output, indentation: layout == .pretty ? 0 : nil)
    return output
  }

  private func write(to output: inout String, indentation: Int?) {
    switch self {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += "\(value)"
    case .number(let value): output += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.writeQuoted(value, to: &output)
    case .array(let elements):
      Self.writeList(elements, "[", "]", to: &output, indentation: indentation) {
        $0.write(to: &$1, indentation: $2)
      }
    case .object(let object):
      Self.writeList(object.members, "{", "}", to: &output, indentation: indentation) {
        Self.writeQuoted($0.key, to: &$1)
        $1 += $2 == nil ? ":" : ": "
        $0.value.write(to: &$1, indentation: $2)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], _ open: String, _ close: String, to output: inout String,
    indentation: Int?, writeElement: (Element, inout String, Int?) -> Void
  ) {
    output += open
    let inner = indentation.map { $0 + 1 }
    for (index, element) in elements.enumerated() {
      if index > 0 { output += "," }
      writeLineBreak(to: &output, indentation: inner)
      writeElement(element, &output, inner)
    }
    if !elements.isEmpty { writeLineBreak(to: &output, indentation: indentation) }
    output += close
  }

  private static func writeLineBreak(to output: inout String, indentation: Int?) {
    guard let indentation else { return }
    output += "\n" + String(repeating: "  ", count: indentation)
  }

  private static func writeQuoted(_ text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}
