extension Interpreter {
  /// What a `for` loop goes through.
  func elements(of value: Value) throws(TemplateError) -> [Value] {
    let elements: [Value]
    try budget.allocate(elements: Self.newElements(of: value))
    switch value {
    case .undefined: elements = []
    case .string(let text): elements = text.unicodeScalars.map { .string(String($0)) }
    // The characters of a safe string are not safe themselves, unless they are indexed.
    case .markup(let text): elements = text.unicodeScalars.map { .string(String($0)) }
    case .list(let sequence), .tuple(let sequence): elements = sequence.elements
    case .mapping(let mapping): elements = mapping.keys
    case .view(let view): elements = view.elements
    case .range(let range): elements = (0..<range.count).map { .integer(range[$0]) }
    case .iterator(let iterator): elements = iterator.drain()
    case .loop:
      throw TemplateError(.unsupported("going through the loop variable"))
    default:
      throw TemplateError(.invalidOperation("'\(value.typeName)' object is not iterable"))
    }
    try budget.spend(elements.count)
    return elements
  }

  /// How many values going through a value makes; a tuple of `items` counts as five.
  private static func newElements(of value: Value) -> Int {
    switch value {
    case .string(let text), .markup(let text): text.utf8.count
    case .range(let range): range.count
    case .view(let view) where view.kind == .items: view.mapping.count * 5
    default: 0
    }
  }

  /// `value.name`: the attribute of the Python object, or else its item.
  func attribute(_ name: String, of value: Value) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw undefined.error }
    if let attribute = try Attributes.value(of: name, on: value) { return attribute }
    if case .mapping(let mapping) = value, let item = mapping[name] { return item }
    return Self.missing(.string(name), of: value)
  }

  /// `value[key]`: the item, or else the attribute of the Python object.
  func item(_ key: Value, of value: Value) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw undefined.error }
    if let item = Self.existingItem(key, of: value) { return item }
    if let name = key.stringValue, let attribute = try Attributes.value(of: name, on: value) {
      return attribute
    }
    return Self.missing(key, of: value)
  }

  private static func existingItem(_ key: Value, of value: Value) -> Value? {
    if case .mapping(let mapping) = value {
      return (try? HashableValue(checking: key)).flatMap { mapping[$0] }
    }
    guard let index = key.integerValue else { return nil }
    switch value {
    case .list(let sequence), .tuple(let sequence):
      return position(index, in: sequence.elements.count).map { sequence.elements[$0] }
    case .range(let range): return position(index, in: range.count).map { .integer(range[$0]) }
    case .string(let text): return scalar(index, of: text).map { .string(String($0)) }
    case .markup(let text): return scalar(index, of: text).map { .markup(String($0)) }
    default: return nil
    }
  }

  private static func position(_ index: Int, in count: Int) -> Int? {
    let position = index < 0 ? index + count : index
    return (0..<count).contains(position) ? position : nil
  }

  private static func scalar(_ index: Int, of text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    return position(index, in: scalars.count).map {
      scalars[scalars.index(scalars.startIndex, offsetBy: $0)]
    }
  }

  private static func missing(_ key: Value, of value: Value) -> Value {
    let object = value.isNone ? "None" : "\(value.typeName) object"
    if let name = key.stringValue {
      return .undefined(Undefined(message: "'\(object)' has no attribute '\(name)'"))
    }
    let index = key.integerValue.map(String.init) ?? "of type \(key.typeName)"
    return .undefined(Undefined(message: "\(object) has no element \(index)"))
  }

  /// The part that `value[start:stop:step]` chooses.
  func slice(
    _ value: Value, start: Value?, stop: Value?, step: Value?
  ) throws(TemplateError) -> Value {
    if case .undefined(let undefined) = value { throw undefined.error }
    func indices(_ count: Int) throws(TemplateError) -> [Int] {
      try budget.spend(count)
      try budget.allocate(elements: count)
      return try SliceBounds(start: start, stop: stop, step: step).indices(in: count)
    }
    switch value {
    case .list(let sequence):
      return .list(try indices(sequence.elements.count).map { sequence.elements[$0] })
    case .tuple(let sequence):
      return .tuple(try indices(sequence.elements.count).map { sequence.elements[$0] })
    case .string(let text):
      let scalars = text.scalars
      return .string(String(scalars: try indices(scalars.count).map { scalars[$0] }))
    case .markup(let text):
      let scalars = text.scalars
      return .markup(String(scalars: try indices(scalars.count).map { scalars[$0] }))
    case .range: throw TemplateError(.unsupported("a slice of a range"))
    default:
      throw TemplateError(.invalidOperation("'\(value.typeName)' object cannot be sliced"))
    }
  }
}

/// The three numbers of a slice, each of which may be left out.
struct SliceBounds {
  private let start: Int?
  private let stop: Int?
  private let step: Int

  init(start: Value?, stop: Value?, step: Value?) throws(TemplateError) {
    self.start = try Self.index(start)
    self.stop = try Self.index(stop)
    self.step = try Self.index(step) ?? 1
    guard self.step != 0 else {
      throw TemplateError(.invalidOperation("slice step cannot be zero"))
    }
  }

  private static func index(_ value: Value?) throws(TemplateError) -> Int? {
    guard let value, !value.isNone else { return nil }
    guard let index = value.integerValue else {
      throw TemplateError(.invalidOperation("slice indices must be integers or None"))
    }
    return index
  }

  /// The positions that Python takes from a sequence of so many elements.
  func indices(in count: Int) -> [Int] {
    let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
    func clamped(_ bound: Int?, default value: Int) -> Int {
      guard let bound else { return value }
      return min(max(bound < 0 ? bound + count : bound, lowest), highest)
    }
    let first = clamped(start, default: step > 0 ? lowest : highest)
    let end = clamped(stop, default: step > 0 ? highest : lowest)
    return Array(Swift.stride(from: first, to: end, by: step))
  }
}
