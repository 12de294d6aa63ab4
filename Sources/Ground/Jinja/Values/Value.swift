/// A Python value, as far as chat templates see any.
enum Value {
  case undefined(Undefined)
  case none
  case bool(Bool)
  case integer(Int)
  /// Comes from JSON alone: templates cannot compute with it.
  case float(Double)
  case string(String)
  /// A string that the `safe` filter made: what is joined to it gets escaped.
  case markup(String)
  case list(Elements)
  case tuple(Elements)
  case mapping(Mapping)
  /// `dict.items()`: can be gone through again, has a length, no index.
  case items(Mapping)
  case range(Elements)
  case iterator(ValueIterator)
  case namespace(Namespace)
  case loop(Loop)
  case callable(Callable)

  /// What Python's `type(value).__name__` says, for messages.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .string: "str"
    case .markup: "Markup"
    case .list: "list"
    case .tuple: "tuple"
    case .mapping: "dict"
    case .items: "dict_items"
    case .range: "range"
    case .iterator: "generator"
    case .namespace: "Namespace"
    case .loop: "LoopContext"
    case .callable(.macro): "Macro"
    case .callable: "function"
    }
  }

  /// Python's truth of the value.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text), .markup(let text): !text.isEmpty
    case .list(let list), .tuple(let list), .range(let list): !list.elements.isEmpty
    case .mapping(let mapping), .items(let mapping): mapping.count > 0
    case .iterator, .namespace, .loop, .callable: true
    }
  }

  /// The text of a string, marked up or not.
  var stringValue: String? {
    switch self {
    case .string(let text), .markup(let text): text
    default: nil
    }
  }

  /// The value as Python's operators see a whole number: a boolean is one.
  var integerValue: Int? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  var isUndefined: Bool { if case .undefined = self { true } else { false } }

  var isNone: Bool { if case .none = self { true } else { false } }

  /// Checks that the value is defined, which is no matter for many of Python's operations.
  func checkDefined() throws(TemplateError) {
    if case .undefined(let undefined) = self { throw undefined.error }
  }

  /// Python's `str(value)`, which is what a template writes.
  func text(_ budget: Budget) throws(TemplateError) -> String {
    switch self {
    case .string(let text), .markup(let text): text
    case .undefined: ""
    default: try ValueWriter.text(of: self, budget)
    }
  }

  /// An undefined value that says why when it is used.
  static func undefined(_ message: String) -> Value { .undefined(Undefined(message: message)) }

  static func list(_ elements: [Value]) -> Value { .list(Elements(elements)) }

  static func tuple(_ elements: [Value]) -> Value { .tuple(Elements(elements)) }

  /// How many containers are nested in this value; bounded, because so much recursion follows it.
  var depth: Int {
    switch self {
    case .list(let list), .tuple(let list): list.depth
    case .mapping(let mapping), .items(let mapping): mapping.depth
    default: 0
    }
  }

  /// Bytes of a value without what it refers to.
  static let size = MemoryLayout<Value>.stride

  /// How much there is to go through in this value, in bytes; shared parts are counted each time
  /// they are met.
  var weight: Int {
    switch self {
    case .string(let text), .markup(let text): Self.size + text.utf8.count
    case .list(let list), .tuple(let list), .range(let list): list.weight
    case .mapping(let mapping), .items(let mapping): mapping.weight
    default: Self.size
    }
  }
}

/// The elements of a list or tuple; Jinja's immutable sandbox never changes one.
struct Elements {
  let elements: [Value]
  let depth: Int
  let weight: Int

  init(_ elements: [Value]) {
    self.elements = elements
    depth = 1 + (elements.lazy.map(\.depth).max() ?? 0)
    weight = elements.reduce(Value.size) { $0.saturatingAdd($1.weight) }
  }
}

extension Int {
  /// The sum, or the largest integer where there is no such sum.
  func saturatingAdd(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

/// What Jinja's default `Undefined` knows about itself.
struct Undefined {
  /// What to say when it is used.
  let message: String
  /// True where the sandbox hid something, which makes the use a security error.
  var isForbidden = false

  /// A variable that no scope has.
  static func variable(_ name: String) -> Value { .undefined("'\(name)' is undefined") }

  /// The error of using it.
  var error: TemplateError {
    TemplateError(isForbidden ? .forbidden(message) : .undefined(message))
  }
}

/// What a generator still has to give; Python lets it be gone through once.
final class ValueIterator {
  private var remaining: ArraySlice<Value>

  init(_ elements: [Value]) { remaining = elements[...] }

  func next() -> Value? { remaining.popFirst() }

  func drain() -> [Value] {
    defer { remaining = [] }
    return Array(remaining)
  }
}

/// Jinja's `namespace()`: the one object that a template can change.
final class Namespace {
  var attributes: Mapping

  init(_ attributes: Mapping) { self.attributes = attributes }
}
