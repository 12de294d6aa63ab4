extension Value {
  /// The text of a string that joins a safe one: escaped, as MarkupSafe does it, unless it is safe.
  var escapedText: String {
    guard case .string(let text) = self else { return stringValue ?? "" }
    let escapes: [Unicode.Scalar: String] = [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", "\"": "&#34;",
    ]
    return text.unicodeScalars.reduce(into: "") { $0 += escapes[$1] ?? String($1) }
  }
}
