extension String {
  /// What MarkupSafe's `escape` writes for a plain string.
  var htmlEscaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "'": text += "&#39;"
      case "\"": text += "&#34;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Value {
  /// The text of a string that joins a safe one: escaped unless it is safe itself.
  var escapedText: String {
    switch self {
    case .markup(let text): text
    case .string(let text): text.htmlEscaped
    default: ""
    }
  }
}
