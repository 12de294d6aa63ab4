/// A piece of HTML or SVG; texts and values of attributes are escaped when it is written.
struct Markup {
  private enum Content {
    case element(String, KeyValuePairs<String, String>, [Markup])
    case text(String)
    /// Style sheets and scripts of the page itself, which no entity is read in.
    case verbatim(String)
  }

  private let content: Content

  private init(_ content: Content) { self.content = content }

  /// An element with what is in it.
  init(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
  ) {
    self.init(.element(name, attributes, children))
  }

  /// An element with a text in it.
  init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
    self.init(name, attributes, [.text(text)])
  }

  static func text(_ text: String) -> Markup { Markup(.text(text)) }

  static func verbatim(_ text: String) -> Markup { Markup(.verbatim(text)) }

  /// The text of the piece.
  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch content {
    case .text(let plain): text += Self.escaped(plain)
    case .verbatim(let plain): text += plain
    case .element(let name, let attributes, let children):
      text += "<\(name)"
      for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
      if children.isEmpty, Self.empty.contains(name) {
        text += "/>"
        return
      }
      text += ">"
      for child in children { child.write(to: &text) }
      text += "</\(name)>"
    }
  }

  /// Elements that never have anything in them; all others have an end of their own in HTML.
  private static let empty: Set<String> = [
    "br", "circle", "input", "line", "meta", "path", "polygon", "polyline", "rect",
  ]

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
