/// The attributes that Python objects have besides their items.
enum Attributes {
  private static let implemented: [String: Set<String>] = [
    "dict": ["copy", "get", "items", "keys", "values"],
    "list": ["copy", "count", "index"],
    "tuple": ["count", "index"],
  ]

  /// What the immutable sandbox hides because it changes the object.
  private static let mutating: [String: Set<String>] = [
    "dict": ["clear", "pop", "popitem", "setdefault", "update"],
    "list": ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"],
  ]

  /// What Python has and this interpreter has not.
  private static let unsupported: [String: Set<String>] = [
    "dict": ["fromkeys"],
    "str": ["casefold", "encode", "maketrans", "translate"],
    "int": numeric, "bool": numeric,
    "float": numeric.union(["fromhex", "hex", "is_integer"]),
    "range": ["count", "index", "start", "step", "stop"],
    "generator": ["close", "send", "throw"],
    "Macro": ["arguments", "caller", "catch_kwargs", "catch_varargs", "explicit_caller"],
  ]

  private static let numeric: Set<String> = [
    "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "imag",
    "numerator", "real", "to_bytes",
  ]

  /// An attribute by its name, nil where the object has none.
  ///
  /// - Throws: `unsupported` for one that is not implemented.
  static func value(of name: String, on value: Value) throws(TemplateError) -> Value? {
    switch value {
    case .namespace(let namespace): if let found = namespace.attributes[name] { return found }
    case .loop(let loop): if let found = loop.attribute(name) { return found }
    case .callable(.macro(let macro)) where name == "name":
      return macro.name.map(Value.string) ?? Value.none
    case .tuple(let sequence):
      if let index = sequence.fieldNames.firstIndex(of: name) { return sequence.elements[index] }
    default: break
    }
    if name.utf8.starts(with: "__".utf8), name.hasSuffix("__") { return hidden(name, of: value) }
    let type = value.stringValue == nil ? value.typeName : "str"
    if mutating[type]?.contains(name) ?? false { return hidden(name, of: value) }
    if unsupported[type]?.contains(name) ?? false {
      throw TemplateError(.unsupported("the attribute '\(name)' of a \(type)"))
    }
    let isMethod =
      type == "str" ? StringMethods.all[name] != nil : implemented[type]?.contains(name) ?? false
    return isMethod ? .callable(.method(value, name)) : nil
  }

  private static func hidden(_ name: String, of value: Value) -> Value {
    let message = "access to attribute '\(name)' of '\(value.typeName)' object is unsafe"
    return .undefined(Undefined(message: message, isForbidden: true))
  }

  /// Calls a method.
  static func call(
    _ name: String, on receiver: Value, _ arguments: Arguments, _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    switch receiver {
    case .string(let text): return try StringMethods.call(name, on: text, arguments, interpreter)
    case .markup(let text):
      return try StringMethods.callOnMarkup(name, text, arguments, interpreter)
    case .mapping(let mapping): return try callOnMapping(name, mapping, arguments)
    case .list(let sequence), .tuple(let sequence):
      return try callOnSequence(name, receiver, sequence, arguments, interpreter)
    case .loop(let loop):
      guard arguments.keywords.isEmpty else {
        throw TemplateError(.invalidOperation("loop.\(name) takes no keyword arguments"))
      }
      return name == "cycle"
        ? try loop.cycle(arguments.positional) : loop.changed(arguments.positional)
    default: throw TemplateError(.unsupported("the method '\(name)'"))
    }
  }

  private static func callOnMapping(
    _ name: String, _ mapping: Mapping, _ arguments: Arguments
  ) throws(TemplateError) -> Value {
    let parameters = name == "get" ? ["key", "default"] : []
    let bound = try arguments.bound(to: parameters, of: "dict.\(name)")
    switch name {
    case "get":
      return mapping[try HashableValue(checking: try bound.required(0))] ?? bound[1] ?? .none
    case "keys": return .view(MappingView(kind: .keys, mapping: mapping))
    case "values": return .view(MappingView(kind: .values, mapping: mapping))
    case "items": return .view(MappingView(kind: .items, mapping: mapping))
    default: return .mapping(mapping)
    }
  }

  private static func callOnSequence(
    _ name: String, _ receiver: Value, _ sequence: Sequence, _ arguments: Arguments,
    _ interpreter: Interpreter
  ) throws(TemplateError) -> Value {
    guard name != "copy" else {
      _ = try arguments.bound(to: [], of: "list.copy")
      return receiver
    }
    let parameters = name == "index" ? ["value", "start", "stop"] : ["value"]
    let bound = try arguments.bound(to: parameters, of: "\(receiver.typeName).\(name)")
    let wanted = try bound.required(0)
    try interpreter.budget.spend(reading: receiver.weight)
    if name == "count" {
      return .integer(sequence.elements.count { $0.isEqual(to: wanted) })
    }
    let range = Subrange(
      start: try bound.optionalInteger(1), end: try bound.optionalInteger(2),
      count: sequence.elements.count)
    guard let index = range.indices.first(where: { sequence.elements[$0].isEqual(to: wanted) })
    else { throw TemplateError(.invalidOperation("value is not in list")) }
    return .integer(index)
  }
}

/// The part of a sequence that optional start and end arguments choose; negative ones count from
/// the end.
struct Subrange {
  let start: Int
  let end: Int

  init(start: Int?, end: Int?, count: Int) {
    func position(_ index: Int) -> Int { index < 0 ? max(0, index + count) : index }
    self.start = position(start ?? 0)
    self.end = min(count, position(end ?? count))
  }

  var indices: Range<Int> { min(start, end)..<end }
}
