extension Filters {
  static let conversion: [String: Filter] = [
    "default": defaultFilter,
    "d": defaultFilter,
    "string": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "string")
      return like(value, try text(of: value, interpreter))
    },
    "safe": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "safe")
      return .markup(try text(of: value, interpreter))
    },
    "escape": escape,
    "e": escape,
    "forceescape": { (interpreter, value, arguments) throws(TemplateError) in
      _ = try arguments.bound(to: [], of: "forceescape")
      return .markup(try text(of: value, interpreter).htmlEscaped)
    },
    "attr": { (interpreter, value, arguments) throws(TemplateError) in
      let name = try arguments.bound(to: ["name"], of: "attr").string(0)
      if case .undefined(let undefined) = value { throw undefined.error }
      return try Attributes.value(of: name, on: value)
        ?? .undefined(Undefined(message: "'\(value.typeName) object' has no attribute '\(name)'"))
    },
    "tojson": { (interpreter, value, arguments) throws(TemplateError) in
      let options = try jsonOptions(arguments, interpreter)
      return .string(try JSONText.text(of: value, options: options, budget: interpreter.budget))
    },
  ]

  private static let defaultFilter: Filter = { (_, value, arguments) throws(TemplateError) in
    let bound = try arguments.bound(to: ["default_value", "boolean"], of: "default")
    let isReplaced = value.isUndefined || (bound.bool(1) && !value.isTrue)
    return isReplaced ? bound[0] ?? .string("") : value
  }

  private static let escape: Filter = { (interpreter, value, arguments) throws(TemplateError) in
    _ = try arguments.bound(to: [], of: "escape")
    if case .markup = value { return value }
    return .markup(try text(of: value, interpreter).htmlEscaped)
  }

  private static func jsonOptions(
    _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> JSONText.Options {
    let bound = try arguments.bound(
      to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
    var options = JSONText.Options()
    options.isASCII = bound.bool(0)
    options.sortsKeys = bound.bool(3)
    if let indent = bound[1]?.stringValue {
      options.indentation = indent
    } else if let width = try bound.optionalInteger(1) {
      options.indentation = try String(
        repeating: " ", count: max(0, width), interpreter.budget)
    }
    if options.indentation != nil { options.itemSeparator = "," }
    guard let separators = bound[2], !separators.isNone else { return options }
    let parts = try interpreter.elements(of: separators).map(\.stringValue)
    guard parts.count == 2, let item = parts[0], let key = parts[1] else {
      throw TemplateError(.invalidOperation("tojson: separators must be two strings"))
    }
    (options.itemSeparator, options.keySeparator) = (item, key)
    return options
  }
}
