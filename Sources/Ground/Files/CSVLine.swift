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
    return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
  }
}
