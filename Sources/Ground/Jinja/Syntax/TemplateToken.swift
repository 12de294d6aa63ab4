/// One token of a template, with the line it starts on.
struct TemplateToken: Sendable {
  enum Kind: Equatable, Sendable {
    /// Text outside of tags.
    case data(String)
    /// `{%` and `%}`.
    case blockBegin, blockEnd
    /// `{{` and `}}`.
    case variableBegin, variableEnd
    case name(String)
    case string(String)
    case integer(Int)
    /// An operator or bracket, as written.
    case symbol(String)
    case end
  }

  let kind: Kind
  let line: Int

  /// The token in words, for messages.
  var description: String {
    switch kind {
    case .data: "text"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .variableBegin: "'{{'"
    case .variableEnd: "'}}'"
    case .name(let name): "'\(name)'"
    case .string: "a string"
    case .integer(let value): "\(value)"
    case .symbol(let symbol): "'\(symbol)'"
    case .end: "end of template"
    }
  }
}
