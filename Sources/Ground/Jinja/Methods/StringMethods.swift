/// The methods of Python strings.
enum StringMethods {
  /// A method: the string, the arguments, and the rendering that it happens in.
  typealias Method =
    @Sendable (String, BoundArguments, Interpreter) throws(TemplateError) -> Value

  /// A method and the names of its parameters.
  struct Entry: Sendable {
    let parameters: [String]
    let method: Method

    init(_ parameters: [String] = [], _ method: @escaping Method) {
      self.parameters = parameters
      self.method = method
    }
  }

  static let all: [String: Entry] = [case_, predicates, search, splitting, layout]
    .reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    .merging(formatting) { first, _ in first }

  /// `format` takes any arguments, so it is not in the tables.
  private static let formatting = ["format": Entry { text, _, _ in .string(text) }]

  static func call(
    _ name: String, on text: String, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    try interpreter.budget.spend(reading: text.utf8.count)
    if name == "format" { return .string(try BraceFormat.text(text, arguments, interpreter)) }
    guard let entry = all[name] else { throw TemplateError(.unsupported("the method '\(name)'")) }
    let bound = try arguments.bound(to: entry.parameters, of: "str.\(name)")
    return try entry.method(text, bound, interpreter)
  }

  /// Methods that escape their arguments when the string is safe.
  private static let escaping: Set<String> = [
    "center", "format", "format_map", "join", "ljust", "replace", "rjust",
  ]

  /// What comes from a safe string is safe.
  static func callOnMarkup(
    _ name: String, _ text: String, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    guard !escaping.contains(name) else {
      throw TemplateError(.unsupported("the method '\(name)' of a safe string"))
    }
    func marked(_ value: Value) -> Value {
      switch value {
      case .string(let text): .markup(text)
      case .list(let sequence): .list(sequence.elements.map(marked))
      case .tuple(let sequence): .tuple(sequence.elements.map(marked))
      default: value
      }
    }
    return marked(try call(name, on: text, arguments, interpreter))
  }

  // MARK: Case

  private static let case_: [String: Entry] = [
    "upper": Entry { text, _, _ in .string(text.pythonUppercased) },
    "lower": Entry { text, _, _ in .string(text.pythonLowercased) },
    "title": Entry { text, _, _ in .string(text.pythonTitlecased) },
    "capitalize": Entry { text, _, _ in .string(text.pythonCapitalized) },
    "swapcase": Entry { text, _, _ in .string(text.pythonSwapcased) },
  ]

  // MARK: Predicates

  private static let predicates: [String: Entry] = [
    "isspace": all(\.isPythonSpace),
    "isalpha": all(\.isPythonAlphabetic),
    "isdigit": all(\.isPythonDigit),
    "isdecimal": all(\.isPythonDecimal),
    "isnumeric": all(\.isPythonNumeric),
    "isalnum": all(\.isPythonAlphanumeric),
    "isascii": all(\.isASCII, ofEmpty: true),
    "isprintable": all(\.isPythonPrintable, ofEmpty: true),
    "islower": Entry { text, _, _ in .bool(text.isPythonCased(lower: true)) },
    "isupper": Entry { text, _, _ in .bool(text.isPythonCased(lower: false)) },
    "istitle": Entry { text, _, _ in .bool(text.isPythonTitlecased) },
    "isidentifier": Entry { text, _, _ in
      let scalars = text.unicodeScalars
      guard let first = scalars.first else { return .bool(false) }
      return .bool(
        (first == "_" || first.properties.isXIDStart)
          && scalars.allSatisfy(\.properties.isXIDContinue))
    },
  ]

  private static func all(
    _ property: @escaping @Sendable (Unicode.Scalar) -> Bool, ofEmpty: Bool = false
  ) -> Entry {
    Entry { text, _, _ in
      .bool(text.isEmpty ? ofEmpty : text.unicodeScalars.allSatisfy(property))
    }
  }
}
