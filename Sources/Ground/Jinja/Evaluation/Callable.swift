/// What a template can call.
enum Callable {
  case macro(Macro)
  /// A function that every template sees.
  case global(String)
  /// A method of a value, bound to it.
  indirect case method(Value, String)
  /// Jinja's `joiner(separator)`.
  case joiner(Joiner)

  func isSame(as other: Callable) -> Bool {
    switch (self, other) {
    case (.macro(let first), .macro(let second)): first === second
    case (.global(let first), .global(let second)): first == second
    case (.joiner(let first), .joiner(let second)): first === second
    default: false
    }
  }
}

/// A macro with the scope that it was defined in.
final class Macro {
  let definition: MacroDefinition
  let scope: Scope

  init(_ definition: MacroDefinition, in scope: Scope) {
    self.definition = definition
    self.scope = scope
  }

  var name: String? { definition.name }
}

/// Gives nothing when it is called for the first time, and the separator afterwards.
final class Joiner {
  private let separator: Value
  private var isUsed = false

  init(_ separator: Value) { self.separator = separator }

  func next() -> Value {
    defer { isUsed = true }
    return isUsed ? separator : .string("")
  }
}

/// The variable `loop` of a `for` block.
final class Loop {
  let items: [Value]
  var index = 0
  private var lastChanged: [Value]?

  init(_ items: [Value]) { self.items = items }

  /// An attribute, nil for a name that `loop` has not.
  func attribute(_ name: String) -> Value? {
    switch name {
    case "index": .integer(index + 1)
    case "index0": .integer(index)
    case "revindex": .integer(items.count - index)
    case "revindex0": .integer(items.count - index - 1)
    case "first": .bool(index == 0)
    case "last": .bool(index == items.count - 1)
    case "length": .integer(items.count)
    case "depth": .integer(1)
    case "depth0": .integer(0)
    case "previtem": index > 0 ? items[index - 1] : Self.noItem("previous")
    case "nextitem": index + 1 < items.count ? items[index + 1] : Self.noItem("next")
    case "cycle", "changed": .callable(.method(.loop(self), name))
    default: nil
    }
  }

  private static func noItem(_ which: String) -> Value {
    .undefined(Undefined(message: "there is no \(which) item"))
  }

  /// The value of `loop.cycle(...)`: each of its arguments in turn.
  func cycle(_ values: [Value]) throws(TemplateError) -> Value {
    guard !values.isEmpty else {
      throw TemplateError(.invalidOperation("no items for cycling given"))
    }
    return values[index % values.count]
  }

  /// The value of `loop.changed(...)`: true where the values are not those of the last call.
  func changed(_ values: [Value]) -> Value {
    let isSame = lastChanged.map { $0.elementsEqual(values) { $0.isEqual(to: $1) } } ?? false
    lastChanged = values
    return .bool(!isSame)
  }
}
