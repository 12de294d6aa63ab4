/// The values of a call.
struct Arguments {
  var positional: [Value] = []
  var keywords: [(name: String, value: Value)] = []

  func keyword(_ name: String) -> Value? { keywords.last { $0.name.isIdentical(to: name) }?.value }

  /// The arguments behind the first one.
  var droppingFirst: Arguments {
    Arguments(positional: Array(positional.dropFirst()), keywords: keywords)
  }

  /// Matches the values with the parameters of a function, some of which Python has and we do not.
  func bound(
    to parameters: [String], refusing refused: [String] = [], of function: String
  ) throws(TemplateError) -> BoundArguments {
    guard positional.count <= parameters.count else {
      throw .invalidOperation("\(function) takes at most \(parameters.count) arguments")
    }
    var values = positional.map(Optional.some)
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for (name, value) in keywords {
      guard let index = parameters.firstIndex(of: name), values[index] == nil else {
        throw .invalidOperation("\(function) got an unexpected argument '\(name)'")
      }
      values[index] = value
    }
    if let index = values.indices.first(where: {
      values[$0] != nil && refused.contains(parameters[$0])
    }) {
      throw .unsupported("the argument '\(parameters[index])' of \(function)")
    }
    return BoundArguments(values: values, parameters: parameters, function: function)
  }
}

/// The values of a call by the position of their parameter; nil where none was given.
struct BoundArguments {
  fileprivate let values: [Value?]
  fileprivate let parameters: [String]
  fileprivate let function: String

  subscript(index: Int) -> Value? { values[index] }

  /// A value that must be given.
  func required(_ index: Int) throws(TemplateError) -> Value {
    guard let value = values[index] else {
      throw .invalidOperation("\(function) is missing its argument '\(parameters[index])'")
    }
    return value
  }

  /// A truth value.
  func bool(_ index: Int, default value: Bool = false) -> Bool { values[index]?.isTrue ?? value }

  /// A whole number, nil for `None`; Python takes nothing else for a count or an index.
  func optionalInteger(_ index: Int) throws(TemplateError) -> Int? {
    guard let value = values[index], !value.isNone else { return nil }
    guard let integer = value.integerValue else { throw wrongType(index, value) }
    return integer
  }

  /// A string that must be given.
  func string(_ index: Int) throws(TemplateError) -> String {
    let value = try required(index)
    guard let text = value.stringValue else { throw wrongType(index, value) }
    return text
  }

  /// A string, nil for `None`.
  func optionalString(_ index: Int) throws(TemplateError) -> String? {
    guard let value = values[index], !value.isNone else { return nil }
    return try string(index)
  }

  private func wrongType(_ index: Int, _ value: Value) -> TemplateError {
    if case .undefined(let undefined) = value { return undefined.error }
    return TemplateError(
      .invalidOperation("\(function): '\(parameters[index])' cannot be a \(value.typeName)"))
  }
}
