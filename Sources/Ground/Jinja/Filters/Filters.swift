/// The filters of Jinja by name, with transformers' own `tojson`.
enum Filters {
  /// A filter: the rendering that it happens in, the value, and the arguments.
  typealias Filter =
    @Sendable (Interpreter, Value, Arguments) throws(TemplateError) -> Value

  static let all: [String: Filter] = [text, numbers, sequences, ordering, selection, conversion]
    .reduce(into: [:]) { $0.merge($1) { first, _ in first } }

  /// Filters of Jinja that no chat template has a use for, or that are not deterministic.
  static let unsupported: Set<String> = [
    "filesizeformat", "pprint", "random", "striptags", "urlencode", "urlize", "wordwrap", "xmlattr",
  ]

  /// The text that a filter for strings works on, whatever the value is.
  static func text(
    of value: Value, _ interpreter: Interpreter
  ) throws(TemplateError) -> String {
    let text = try value.text(interpreter.budget)
    try interpreter.budget.spend(reading: text.utf8.count)
    return text
  }

  /// The result of a string filter is safe when the value was.
  static func like(_ value: Value, _ text: String) -> Value {
    if case .markup = value { .markup(text) } else { .string(text) }
  }
}

/// A path of attributes and items, such as `function.name` or `0.role`.
struct AttributePath {
  private let keys: [Value]

  /// Splits a string at its points; digits are an index.
  init(_ path: Value?) {
    switch path {
    case nil, .some(.none): keys = []
    case .some(.string(let text)), .some(.markup(let text)):
      keys = text.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).map {
        Int(String($0)).map(Value.integer) ?? .string(String($0))
      }
    case .some(let key): keys = [key]
    }
  }

  /// Paths that commas separate.
  static func list(_ paths: Value?) -> [AttributePath] {
    guard let text = paths?.stringValue else { return [AttributePath(paths)] }
    return text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false).map {
      AttributePath(.string(String($0)))
    }
  }

  /// What the path leads to; the default stands for what is undefined on the way.
  func value(
    in value: Value, default defaultValue: Value? = nil, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    var value = value
    for key in keys {
      value = try interpreter.item(key, of: value)
      if value.isUndefined, let defaultValue, !defaultValue.isNone { value = defaultValue }
    }
    return value
  }
}
