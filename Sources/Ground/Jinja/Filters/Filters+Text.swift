extension Filters {
  static let text: [String: Filter] = [
    "upper": { (interpreter, value, arguments) throws(TemplateError) in
      try cased(value, arguments, interpreter, \.pythonUppercased)
    },
    "lower": { (interpreter, value, arguments) throws(TemplateError) in
      try cased(value, arguments, interpreter, \.pythonLowercased)
    },
    "capitalize": { (interpreter, value, arguments) throws(TemplateError) in
      try cased(value, arguments, interpreter, \.pythonCapitalized)
    },
    "title": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "title")
      return .string(title(try text(of: value, interpreter)))
    },
    "trim": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["chars"], of: "trim")
      return like(
        value, try text(of: value, interpreter).stripped(of: try bound.optionalString(0)))
    },
    "replace": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["old", "new", "count"], of: "replace")
      let count = try bound.optionalInteger(2) ?? -1
      return .string(
        try text(of: value, interpreter).replacing(
          try bound.required(0).text(interpreter.budget),
          with: try bound.required(1).text(interpreter.budget),
          limit: count < 0 ? .max : count, interpreter.budget))
    },
    "indent": { (interpreter, value, arguments) throws(TemplateError) in
      try indent(interpreter, value, arguments)
    },
    "center": { (interpreter, value, arguments) throws(TemplateError) in
      let bound = try arguments.bound(to: ["width"], of: "center")
      let width = Value.integer(try bound.integer(0, default: 80))
      return try StringMethods.call(
        "center", on: try text(of: value, interpreter), Arguments(positional: [width]), interpreter)
    },
    "truncate": { (interpreter, value, arguments) throws(TemplateError) in
      try truncate(interpreter, value, arguments)
    },
    "format": { (interpreter, value, arguments) throws(TemplateError) in
      guard arguments.positional.isEmpty || arguments.keywords.isEmpty else {
        throw TemplateError(
          .invalidOperation("format takes positional or keyword arguments, not both"))
      }
      var keywords = Mapping()
      for (name, value) in arguments.keywords { keywords.set(name, value) }
      let values =
        arguments.keywords.isEmpty ? Value.tuple(arguments.positional) : .mapping(keywords)
      return .string(try PercentFormat.text(try text(of: value, interpreter), values, interpreter))
    },
    "wordcount": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "wordcount")
      let words = try text(of: value, interpreter).unicodeScalars.split {
        !($0 == "_" || $0.isPythonAlphanumeric)
      }
      return .integer(words.count)
    },
  ]

  private static func cased(
    _ value: Value, _ arguments: Arguments, _ interpreter: Interpreter,
    _ change: (String) -> String
  ) throws(TemplateError) -> Value {
    _ = try arguments.bound(to: [], of: "the filter")
    return like(value, change(try text(of: value, interpreter)))
  }

  /// Words start after white space, `-`, or an opening bracket.
  private static func title(_ text: String) -> String {
    func startsWord(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
    }
    var output = ""
    var rest = text.unicodeScalars[...]
    while !rest.isEmpty {
      let separators = rest.prefix(while: startsWord)
      output += String(separators)
      rest = rest.dropFirst(separators.count)
      let word = rest.prefix { !startsWord($0) }
      output += String(word.prefix(1)).pythonUppercased
      output += String(word.dropFirst()).pythonLowercased
      rest = rest.dropFirst(word.count)
    }
    return output
  }

  private static func indent(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
    guard let text = value.stringValue else {
      throw TemplateError(.invalidOperation("indent takes a string, not a \(value.typeName)"))
    }
    let prefix =
      if let given = bound[0]?.stringValue { given } else {
        try String(
          repeating: " ", count: try bound.integer(0, default: 4), interpreter.budget)
      }
    let lines = (text + "\n").pythonLines()
    var output = BoundedText(interpreter.budget)
    for (index, line) in lines.enumerated() {
      if index > 0 { try output.append("\n") }
      let isIndented = index == 0 ? bound.bool(1) : bound.bool(2) || !line.isEmpty
      try output.append(isIndented ? prefix + line : line)
    }
    return like(value, output.text)
  }

  private static func truncate(
    _ interpreter: Interpreter, _ value: Value, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let bound = try arguments.bound(
      to: ["length", "killwords", "end", "leeway"], of: "truncate")
    let length = try bound.integer(0, default: 255)
    let end = try bound.optionalString(2) ?? "..."
    let leeway = try bound.optionalInteger(3) ?? 5
    let kept = length - min(length, end.unicodeScalars.count)
    guard length >= end.unicodeScalars.count, leeway >= 0 else {
      throw TemplateError(.invalidOperation("truncate to \(length) with a leeway of \(leeway)"))
    }
    // Whatever is short enough stays as it is; only a string can be cut.
    guard try Self.length(of: value) > length.saturatingAdd(leeway) else { return value }
    guard let scalars = value.stringValue?.scalars else {
      throw TemplateError(.invalidOperation("truncate cuts a string, not a \(value.typeName)"))
    }
    var words = scalars.prefix(kept)
    if !bound.bool(1), let space = words.lastIndex(of: " ") { words = words[..<space] }
    return .string(String(scalars: words) + end)
  }
}
