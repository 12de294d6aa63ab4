/// A line of comma-separated values (RFC 4180, but ending in LF).
package struct CSVLine {
  /// The line with its end; a field with a comma, a quote or a line end stands in quotes.
  package let text: String

  /// Writes fields.
  ///
  /// - Parameter fields: Any texts.
  package init(_ fields: [String]) {
    text = fields.map(Self.quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    let isPlain = !field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\r")
        || $0 == UInt8(ascii: "\n")
    }
    if isPlain { return field }
    // By scalars: a quote with a combining mark behind it is another character, and a quote all the same.
    var text = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { text.unicodeScalars.append(scalar) }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}
