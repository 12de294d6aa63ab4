/// A JSON value that keeps what Foundation's coders lose.
///
/// Object members keep their order and repeated keys, integers stay apart from decimals, and
/// strings are compared by their UTF-8 bytes: Swift's `==` follows canonical equivalence, which
/// would merge tokens that differ only in normalisation form.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of a JSON object in the order they were written.
public struct JSONObject: Sendable {
  /// One member: a key and its value.
  public struct Member: Sendable {
    /// The key, exactly as written.
    public var key: String
    /// The value.
    public var value: JSONValue

    /// Creates a member.
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// All members, repeated keys included.
  public private(set) var members: [Member]

  /// Creates an object from its members.
  public init(_ members: [Member] = []) {
    self.members = members
  }

  /// The keys in order.
  public var keys: [String] { members.map(\.key) }

  /// The value of the last member whose key has the same UTF-8 bytes, or nil.
  ///
  /// Setting replaces that member, or appends one; setting nil removes it. Linear in the number
  /// of members: iterate over `members` instead for vocabularies.
  public subscript(key: String) -> JSONValue? {
    get { index(of: key).map { members[$0].value } }
    set {
      switch (index(of: key), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  private func index(of key: String) -> Int? {
    members.lastIndex { $0.key.utf8.elementsEqual(key.utf8) }
  }
}

extension JSONValue {
  /// The boolean, or nil for another kind of value.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The integer, also of a decimal with an integral value, or nil.
  public var integerValue: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number as a double, or nil for another kind of value.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The string, or nil for another kind of value.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements, or nil for another kind of value.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The members, or nil for another kind of value.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// True for JSON's `null`.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The member of an object, or nil when this is no object or has no such key.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// What kind of value this is, in JSON's own words, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue {
  /// A number, or null where there is none.
  public init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
  /// An integer, or null where there is none.
  public init(_ value: Int?) { self = value.map { .integer($0) } ?? .null }
  /// A string, or null where there is none.
  public init(_ value: String?) { self = value.map { .string($0) } ?? .null }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A decimal.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object, in the order written.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}
