/// The attributes that Python objects have besides their items, nearly all of them methods.
enum Methods {
  /// What the immutable sandbox hides because it changes the object.
  private static let mutating: [String: Set<String>] = [
    "dict": ["clear", "pop", "popitem", "setdefault", "update"],
    "list": ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"],
  ]

  /// An attribute by its name, nil where the object has none.
  ///
  /// - Throws: `unsupported` for one that is not implemented.
  static func attribute(_ name: String, of value: Value) throws(TemplateError) -> Value? {
    switch value {
    case .namespace(let namespace): if let found = namespace.attributes[name] { return found }
    case .loop(let loop): if let found = loop.attribute(name) { return found }
    case .mapping where name == "get" || name == "items": return .callable(.method(value, name))
    case .string, .markup:
      if StringMethods.all[name] != nil { return .callable(.method(value, name)) }
    default: break
    }
    let type = value.stringValue == nil ? value.typeName : "str"
    let isInternal = name.utf8.starts(with: "__".utf8) && name.hasSuffix("__")
    if isInternal || mutating[type]?.contains(name) ?? false {
      let message = "access to attribute '\(name)' of '\(value.typeName)' object is unsafe"
      return .undefined(Undefined(message: message, isForbidden: true))
    }
    try Unsupported.check(attribute: name, of: type)
    return nil
  }

  /// Calls a method.
  static func call(
    _ name: String, of receiver: Value, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    guard case .mapping(let mapping) = receiver else {
      return try StringMethods.call(name, of: receiver, arguments, interpreter)
    }
    let bound = try arguments.bound(
      to: name == "get" ? ["key", "default"] : [], of: "dict.\(name)")
    guard name == "get" else { return .items(mapping) }
    return mapping[try HashableValue(checking: try bound.required(0))] ?? bound[1] ?? .none
  }
}
