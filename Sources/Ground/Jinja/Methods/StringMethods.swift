/// The methods of Python strings that chat templates use.
enum StringMethods {
  static let all: [String: Function] = [
    "capitalize": .changing(\.pythonCapitalized),
    "endswith": affix("suffix") { $0.utf8.reversed().starts(with: $1.utf8.reversed()) },
    // Takes any arguments, so that it is called before they are bound.
    "format": .changing { $0 }, "lower": .changing(\.pythonLowercased),
    "lstrip": stripping(atStart: true, atEnd: false),
    "replace": Function(["old", "new", "count"], refusing: ["count"]) {
      (value, arguments, interpreter) throws(TemplateError) in
      .string(
        try value.readText(interpreter).replacing(
          try arguments.string(0), with: try arguments.string(1), interpreter.budget))
    },
    "rstrip": stripping(atStart: false, atEnd: true),
    "split": Function(["sep", "maxsplit"], split),
    "startswith": affix("prefix") { $0.utf8.starts(with: $1.utf8) },
    "strip": stripping(atStart: true, atEnd: true), "title": .changing(\.pythonTitlecased),
    "upper": .changing(\.pythonUppercased),
  ]

  /// Calls a method; what comes from a safe string is safe.
  static func call(
    _ name: String, of receiver: Value, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    guard let method = all[name] else { throw .unsupported("the method '\(name)'") }
    // On a safe string these two would escape their arguments.
    if case .markup = receiver, name == "format" || name == "replace" {
      throw .unsupported("the method '\(name)' of a safe string")
    }
    guard name == "format" else {
      return try method.call(receiver, arguments, interpreter, name: "str.\(name)")
    }
    let text = try receiver.readText(interpreter)
    return .string(try format(text, arguments, interpreter.budget))
  }

  private static func stripping(atStart: Bool, atEnd: Bool) -> Function {
    Function(["chars"]) { (value, arguments, interpreter) throws(TemplateError) in
      let characters = try arguments.optionalString(0)
      return value.like(
        try value.readText(interpreter).stripped(of: characters, atStart: atStart, atEnd: atEnd))
    }
  }

  private static func affix(
    _ parameter: String, _ holds: @escaping @Sendable (String, String) -> Bool
  ) -> Function {
    Function([parameter, "start", "end"], refusing: ["start", "end"]) {
      (value, arguments, interpreter) throws(TemplateError) in
      if case .tuple? = arguments[0] {
        throw .unsupported("a tuple as the argument '\(parameter)'")
      }
      return .bool(holds(try value.readText(interpreter), try arguments.string(0)))
    }
  }

  private static let split: Function.Body = {
    (value, arguments, interpreter) throws(TemplateError) in
    guard let separator = try arguments.optionalString(0) else {
      throw .unsupported("'split' at white space")
    }
    guard !separator.isEmpty else { throw .invalidOperation("empty separator") }
    let count = try arguments.optionalInteger(1) ?? -1
    let (bytes, pattern) = (Array(try value.readText(interpreter).utf8), Array(separator.utf8))
    let positions = TextSearch.all(pattern, in: bytes, limit: count < 0 ? .max : count)
    // A part is a value, and a string of its own.
    try interpreter.budget.spend(positions.count)
    try interpreter.budget.allocate(elements: positions.count * 4)
    let starts = [0] + positions.map { $0 + pattern.count }
    return .list(
      zip(starts, positions + [bytes.count]).map {
        value.like(String(decoding: bytes[$0..<$1], as: UTF8.self))
      })
  }

  /// `str.format` with nothing but `{}` in the format.
  private static func format(
    _ text: String, _ arguments: Arguments, _ budget: Budget
  ) throws(TemplateError) -> String {
    var output = BoundedText(budget)
    var values = arguments.positional[...]
    var rest = text.unicodeScalars[...]
    while !rest.isEmpty {
      let literal = rest.prefix { $0 != "{" && $0 != "}" }
      try output.append(literal)
      rest.removeFirst(literal.count)
      guard !rest.isEmpty else { break }
      guard rest.starts(with: "{}".unicodeScalars) else {
        throw .unsupported("a format that is more than '{}'")
      }
      rest.removeFirst(2)
      guard let value = values.popFirst() else {
        throw .invalidOperation("more fields in the format than arguments")
      }
      try output.append(try value.text(budget))
    }
    return output.text
  }
}

extension String {
  /// `str.replace`, paid for before it is made.
  func replacing(
    _ old: String, with new: String, _ budget: Budget
  ) throws(TemplateError) -> String {
    guard !old.isEmpty else { throw .unsupported("'replace' of an empty string") }
    // Bytes will do: where a whole scalar begins shows in UTF-8.
    let (bytes, pattern, content) = (Array(utf8), Array(old.utf8), Array(new.utf8))
    let positions = TextSearch.all(pattern, in: bytes)
    try budget.allocate(bytes.count)
    try budget.allocate(content.count, times: positions.count)
    var output: [UInt8] = []
    var end = 0
    for position in positions {
      output += bytes[end..<position]
      output += content
      end = position + pattern.count
    }
    output += bytes[end...]
    return String(decoding: output, as: UTF8.self)
  }
}
