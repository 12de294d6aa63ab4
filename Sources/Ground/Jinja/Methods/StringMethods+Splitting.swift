extension StringMethods {
  static let splitting: [String: Entry] = [
    "strip": Entry(["chars"]) { (text, bound, _) throws(TemplateError) in
      .string(text.stripped(of: try bound.optionalString(0)))
    },
    "lstrip": Entry(["chars"]) { (text, bound, _) throws(TemplateError) in
      .string(text.stripped(of: try bound.optionalString(0), atEnd: false))
    },
    "rstrip": Entry(["chars"]) { (text, bound, _) throws(TemplateError) in
      .string(text.stripped(of: try bound.optionalString(0), atStart: false))
    },
    "split": Entry(["sep", "maxsplit"]) { (text, bound, interpreter) throws(TemplateError) in
      try split(text, bound, interpreter)
    },
    "rsplit": Entry(["sep", "maxsplit"]) { (text, bound, interpreter) throws(TemplateError) in
      try split(text, bound, interpreter, backwards: true)
    },
    "splitlines": Entry(["keepends"]) { (text, bound, interpreter) throws(TemplateError) in
      let breaks = text.unicodeScalars.count { $0.value < 0x20 || $0.value > 0x7e }
      try interpreter.budget.allocate(elements: breaks * 2)
      return .list(text.pythonLines(keepsEnds: bound.bool(0)).map(Value.string))
    },
    "partition": Entry(["sep"]) { (text, bound, _) throws(TemplateError) in
      let (scalars, separator) = (text.scalars, try separator(bound))
      let position = TextSearch.find(separator, in: scalars)
      return parts(scalars, separator, at: position, otherwise: [text, "", ""])
    },
    "rpartition": Entry(["sep"]) { (text, bound, _) throws(TemplateError) in
      let (scalars, separator) = (text.scalars, try separator(bound))
      let position = TextSearch.find(separator.reversed(), in: scalars.reversed()).map {
        scalars.count - $0 - separator.count
      }
      return parts(scalars, separator, at: position, otherwise: ["", "", text])
    },
  ]

  private static func separator(_ bound: BoundArguments) throws(TemplateError) -> [Unicode.Scalar] {
    let separator = try bound.string(0).scalars
    guard !separator.isEmpty else { throw TemplateError(.invalidOperation("empty separator")) }
    return separator
  }

  private static func parts(
    _ scalars: [Unicode.Scalar], _ separator: [Unicode.Scalar], at position: Int?,
    otherwise: [String]
  ) -> Value {
    guard let position else { return .tuple(otherwise.map(Value.string)) }
    let end = position + separator.count
    return .tuple(
      [scalars[..<position], separator[...], scalars[end...]].map { .string(String(scalars: $0)) })
  }

  /// Splitting from the right is splitting the reversed text from the left.
  private static func split(
    _ text: String, _ bound: BoundArguments, _ interpreter: Interpreter, backwards: Bool = false
  ) throws(TemplateError) -> Value {
    let count = try bound.integer(1, default: -1)
    let limit = count < 0 ? .max : count
    let separator = try bound.optionalString(0)?.scalars
    guard separator != [] else { throw TemplateError(.invalidOperation("empty separator")) }
    let scalars = backwards ? text.scalars.reversed() : text.scalars
    try pay(forPartsOf: scalars, at: separator, limit: limit, interpreter)
    let parts =
      if let separator {
        split(scalars, at: backwards ? separator.reversed() : separator, limit: limit)
      } else {
        splitAtSpace(scalars, limit: limit)
      }
    let ordered = backwards ? parts.reversed().map { $0.reversed() } : parts
    return .list(ordered.map { .string(String(scalars: $0)) })
  }

  /// A part is a value, and an array and a string of its own.
  private static func pay(
    forPartsOf scalars: [Unicode.Scalar], at separator: [Unicode.Scalar]?, limit: Int,
    _ interpreter: Interpreter
  ) throws(TemplateError) {
    let separators =
      if let separator { TextSearch.all(separator, in: scalars, limit: limit).count } else {
        min(limit, scalars.count { $0.isPythonSpace })
      }
    try interpreter.budget.spend(separators)
    try interpreter.budget.allocate(elements: separators * 4)
  }

  private static func split(
    _ scalars: [Unicode.Scalar], at separator: [Unicode.Scalar], limit: Int
  ) -> [[Unicode.Scalar]] {
    var parts: [[Unicode.Scalar]] = []
    var start = 0
    for position in TextSearch.all(separator, in: scalars, limit: limit) {
      parts.append(Array(scalars[start..<position]))
      start = position + separator.count
    }
    return parts + [Array(scalars[start...])]
  }

  /// Runs of white space separate; those at the ends separate nothing.
  private static func splitAtSpace(_ scalars: [Unicode.Scalar], limit: Int) -> [[Unicode.Scalar]] {
    var parts: [[Unicode.Scalar]] = []
    var rest = scalars[...].drop(while: \.isPythonSpace)
    while !rest.isEmpty {
      guard parts.count < limit else { return parts + [Array(rest)] }
      let word = rest.prefix { !$0.isPythonSpace }
      parts.append(Array(word))
      rest = rest.dropFirst(word.count).drop(while: \.isPythonSpace)
    }
    return parts
  }
}

extension String {
  /// `str.strip`, `lstrip` or `rstrip`; nil strips white space.
  package func stripped(of characters: String?, atStart: Bool = true, atEnd: Bool = true) -> String
  {
    let set = characters.map { Set($0.unicodeScalars) }
    func isStripped(_ scalar: Unicode.Scalar) -> Bool {
      set?.contains(scalar) ?? scalar.isPythonSpace
    }
    var scalars = unicodeScalars[...]
    if atStart { scalars = scalars.drop(while: isStripped) }
    if atEnd {
      while let last = scalars.last, isStripped(last) { scalars.removeLast() }
    }
    return String(scalars)
  }

  /// `str.splitlines`.
  func pythonLines(keepsEnds: Bool = false) -> [String] {
    var lines: [String] = []
    var rest = unicodeScalars[...]
    while !rest.isEmpty {
      let line = rest.prefix { !$0.isPythonLineBreak }
      rest.removeFirst(line.count)
      var end = rest.prefix(1)
      if end.first == "\r", rest.dropFirst().first == "\n" { end = rest.prefix(2) }
      rest.removeFirst(end.count)
      lines.append(String(line) + (keepsEnds ? String(end) : ""))
    }
    return lines
  }
}
