/// A Python dictionary: insertion order, and keys that compare as Python compares them.
struct Mapping {
  private(set) var keys: [Value] = []
  private(set) var values: [Value] = []
  private(set) var depth = 1
  private(set) var weight = Value.size
  private var positions: [HashableValue: Int] = [:]

  var count: Int { keys.count }

  /// What a member takes, in elements of a list: key, value, and the place to find them by.
  static let elementsPerMember = 4

  subscript(key: HashableValue) -> Value? { positions[key].map { values[$0] } }

  subscript(key: String) -> Value? { self[HashableValue(.string(key))] }

  /// Sets a value, keeping the place of a key that is there.
  mutating func set(_ key: HashableValue, _ value: Value) {
    depth = max(depth, 1 + value.depth, 1 + key.value.depth)
    if let position = positions[key] {
      weight = (weight - values[position].weight).saturatingAdd(value.weight)
      values[position] = value
    } else {
      weight = weight.saturatingAdd(key.value.weight.saturatingAdd(value.weight))
      positions[key] = keys.count
      keys.append(key.value)
      values.append(value)
    }
  }

  mutating func set(_ key: String, _ value: Value) { set(HashableValue(.string(key)), value) }

  /// The (key, value) tuples in order.
  var items: [Value] { zip(keys, values).map { .tuple([$0, $1]) } }
}

/// A value that can be a key: equal values hash equally, `1 == 1.0 == True` included.
struct HashableValue: Hashable {
  let value: Value

  /// For values known to be hashable.
  init(_ value: Value) { self.value = value }

  /// Checks what a template gives.
  init(checking value: Value) throws(TemplateError) {
    guard Self.isHashable(value) else {
      throw .invalidOperation("unhashable type: '\(value.typeName)'")
    }
    self.value = value
  }

  private static func isHashable(_ value: Value) -> Bool {
    switch value {
    case .list, .mapping, .items: false
    case .tuple(let tuple): tuple.elements.allSatisfy(isHashable)
    default: true
    }
  }

  static func == (first: HashableValue, second: HashableValue) -> Bool {
    first.value.isEqual(to: second.value)
  }

  func hash(into hasher: inout Hasher) {
    switch value {
    case .string(let text), .markup(let text):
      hasher.combine(0)
      for byte in text.utf8 { hasher.combine(byte) }
    case .bool, .integer: hasher.combine(value.integerValue)
    case .float(let number):
      if let integer = Int(exactly: number) {
        hasher.combine(Optional(integer))
      } else {
        hasher.combine(number)
      }
    case .tuple(let tuple):
      for element in tuple.elements { HashableValue(element).hash(into: &hasher) }
    default: hasher.combine(value.typeName)
    }
  }
}
