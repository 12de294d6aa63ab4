extension Interpreter {
  /// What a `for` loop goes through.
  func elements(of value: Value) throws(TemplateError) -> [Value] {
    let elements: [Value]
    try budget.allocate(elements: Self.newElements(of: value))
    switch value {
    case .undefined: elements = []
    // The characters of a safe string are not safe themselves, unless they are indexed.
    case .string(let text), .markup(let text):
      elements = text.unicodeScalars.map { .string(String($0)) }
    case .list(let list), .tuple(let list), .range(let list): elements = list.elements
    case .mapping(let mapping): elements = mapping.keys
    case .items(let mapping): elements = mapping.items
    case .iterator(let iterator): elements = iterator.drain()
    case .loop: throw .unsupported("going through the loop variable")
    default: throw .invalidOperation("'\(value.typeName)' object is not iterable")
    }
    try budget.spend(elements.count)
    return elements
  }

  /// How many values going through a value makes; a tuple of `items` counts as five.
  private static func newElements(of value: Value) -> Int {
    switch value {
    case .string(let text), .markup(let text): text.utf8.count
    case .items(let mapping): mapping.count * 5
    default: 0
    }
  }

  /// `value.name`: the attribute of the Python object, or else its item.
  func attribute(_ name: String, of value: Value) throws(TemplateError) -> Value {
    try value.checkDefined()
    if let attribute = try Methods.attribute(name, of: value) { return attribute }
    if case .mapping(let mapping) = value, let item = mapping[name] { return item }
    return Self.missing(.string(name), of: value)
  }

  /// `value[key]`: the item, or else the attribute of the Python object.
  func item(_ key: Value, of value: Value) throws(TemplateError) -> Value {
    try value.checkDefined()
    if let item = Self.existingItem(key, of: value) { return item }
    if let name = key.stringValue, let attribute = try Methods.attribute(name, of: value) {
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
    case .list(let list), .tuple(let list), .range(let list):
      return position(index, in: list.elements.count).map { list.elements[$0] }
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
    if let name = key.stringValue { return .undefined("'\(object)' has no attribute '\(name)'") }
    let index = key.integerValue.map(String.init) ?? "of type \(key.typeName)"
    return .undefined("\(object) has no element \(index)")
  }

  /// The part that `value[start:stop:step]` chooses.
  func slice(_ value: Value, _ bounds: [Value]) throws(TemplateError) -> Value {
    try value.checkDefined()
    func part<Element>(of elements: [Element]) throws(TemplateError) -> [Element] {
      try budget.spend(elements.count)
      try budget.allocate(elements: elements.count)
      return try positions(bounds, in: elements.count).map { elements[$0] }
    }
    switch value {
    case .list(let list): return .list(try part(of: list.elements))
    case .tuple(let tuple): return .tuple(try part(of: tuple.elements))
    case .string(let text): return .string(String(scalars: try part(of: text.scalars)))
    case .markup(let text): return .markup(String(scalars: try part(of: text.scalars)))
    case .range: throw .unsupported("a slice of a range")
    default: throw .invalidOperation("'\(value.typeName)' object cannot be sliced")
    }
  }
}

/// The positions that Python's `[start:stop:step]` takes from a sequence of so many elements.
private func positions(_ bounds: [Value], in count: Int) throws(TemplateError) -> [Int] {
  let numbers = try bounds.map { (bound) throws(TemplateError) -> Int? in
    guard bound.isNone || bound.integerValue != nil else {
      throw .invalidOperation("slice indices must be integers or None")
    }
    return bound.integerValue
  }
  let step = (numbers.count > 2 ? numbers[2] : nil) ?? 1
  guard step != 0 else { throw .invalidOperation("slice step cannot be zero") }
  let (lowest, highest) = step > 0 ? (0, count) : (-1, count - 1)
  func clamped(_ bound: Int?) -> Int? {
    bound.map { min(max($0 < 0 ? $0 + count : $0, lowest), highest) }
  }
  let first = clamped(numbers[0]) ?? (step > 0 ? lowest : highest)
  let end = clamped(numbers[1]) ?? (step > 0 ? highest : lowest)
  return Array(stride(from: first, to: end, by: step))
}
