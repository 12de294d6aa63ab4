/// A Python value, as far as chat templates see any.
enum Value {
  case undefined(Undefined)
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  /// A string that the `safe` or `escape` filter made: what is joined to it gets escaped.
  case markup(String)
  case list(Sequence)
  case tuple(Sequence)
  case mapping(Mapping)
  case view(MappingView)
  case range(PythonRange)
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
    case .view(let view): "dict_\(view.kind.rawValue)"
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
    case .list(let sequence), .tuple(let sequence): !sequence.elements.isEmpty
    case .mapping(let mapping): mapping.count > 0
    case .view(let view): view.mapping.count > 0
    case .range(let range): range.count > 0
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

  /// True for a value that is not defined.
  var isUndefined: Bool {
    if case .undefined = self { true } else { false }
  }

  /// True for Python's `None`.
  var isNone: Bool {
    if case .none = self { true } else { false }
  }

  static func list(_ elements: [Value]) -> Value { .list(Sequence(elements)) }

  static func tuple(_ elements: [Value]) -> Value { .tuple(Sequence(elements)) }

  /// How many containers are nested in this value; bounded, because so much recursion follows it.
  var depth: Int {
    switch self {
    case .list(let sequence), .tuple(let sequence): sequence.depth
    case .mapping(let mapping): mapping.depth
    case .view(let view): view.mapping.depth
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
    case .list(let sequence), .tuple(let sequence): sequence.weight
    case .mapping(let mapping): mapping.weight
    case .view(let view): view.mapping.weight
    case .range(let range): (1 + range.count) * Self.size
    default: Self.size
    }
  }
}

/// The elements of a list or tuple; Jinja's immutable sandbox never changes one.
struct Sequence {
  let elements: [Value]
  /// Names of the fields of a named tuple, which only the `groupby` filter makes.
  let fieldNames: [String]
  let depth: Int
  let weight: Int

  init(_ elements: [Value], fieldNames: [String] = []) {
    self.elements = elements
    self.fieldNames = fieldNames
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
  static func variable(_ name: String) -> Value {
    .undefined(Undefined(message: "'\(name)' is undefined"))
  }

  /// The error of using it.
  var error: TemplateError {
    TemplateError(isForbidden ? .forbidden(message) : .undefined(message))
  }
}

/// Python's `range`, which holds no elements.
struct PythonRange {
  let start: Int
  let stop: Int
  let step: Int
  let count: Int

  subscript(index: Int) -> Int { start + index * step }
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
