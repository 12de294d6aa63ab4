import OrderedJSON

/// The key/value pairs of a GGUF file as JSON, in the order of the file.
struct GGUFMetadata {
  /// Elements of all arrays together that are read; vocabularies have some hundred thousand.
  static let elementLimit = 1 << 24
  /// Arrays in arrays that are followed.
  static let depthLimit = 8
  /// Alignment of the tensors unless `general.alignment` says otherwise.
  static let defaultAlignment = 32
  static let architectureKey = "general.architecture"

  private(set) var members: [JSONObject.Member] = []
  private(set) var alignment = defaultAlignment
  /// Keys of which the value, or a part of it, is no UTF-8; null stands for that.
  private var unreadableTexts: [String] = []
  private var keys: Set<ExactString> = []
  private var elementCount = 0

  /// Reads `count` pairs.
  init(_ count: Int, from cursor: inout GGUFCursor) throws(GGUFFault) {
    for _ in 0..<count {
      let key = try cursor.readString("a metadata key")
      guard keys.insert(ExactString(key)).inserted else { throw .duplicateKey(key) }
      let type = try ValueType(from: &cursor, key: key)
      let value = try readValue(of: type, key: key, depth: 0, from: &cursor)
      if key == "general.alignment" { try setAlignment(value, type) }
      members.append(JSONObject.Member(key: key, value: value))
    }
    try requireReadableTexts()
  }

  /// Refuses text that is not UTF-8 where the model or its tokenizer could need it.
  ///
  /// A description, a licence, an author's name say nothing about what the model computes.
  private func requireReadableTexts() throws(GGUFFault) {
    let architecture = members.first { $0.key == Self.architectureKey }?.value.stringValue
    let needed = ["tokenizer."] + (architecture.map { [$0 + "."] } ?? [])
    for key in unreadableTexts {
      let isNeeded = needed.contains { key.utf8.starts(with: $0.utf8) }
      if isNeeded || key == Self.architectureKey { throw .unreadableText(key) }
    }
  }

  private mutating func setAlignment(
    _ value: JSONValue, _ type: ValueType
  ) throws(GGUFFault) {
    guard type == .uint32, let alignment = value.integerValue, alignment > 0,
      alignment & (alignment - 1) == 0
    else { throw .invalidAlignment }
    self.alignment = alignment
  }

  private mutating func readValue(
    of type: ValueType, key: String, depth: Int, from cursor: inout GGUFCursor
  ) throws(GGUFFault) -> JSONValue {
    func read<Number: BitwiseCopyable>(_ type: Number.Type) throws(GGUFFault) -> Number {
      try cursor.read(type, "the value of \(quoted(key))")
    }
    switch type {
    case .uint8: return .integer(Int(try read(UInt8.self)))
    case .int8: return .integer(Int(try read(Int8.self)))
    case .uint16: return .integer(Int(try read(UInt16.self)))
    case .int16: return .integer(Int(try read(Int16.self)))
    case .uint32: return .integer(Int(try read(UInt32.self)))
    case .int32: return .integer(Int(try read(Int32.self)))
    case .float32: return .number(Double(try read(Float.self)))
    case .bool: return .bool(try read(UInt8.self) != 0)
    case .string:
      guard let text = try cursor.readText("the value of \(quoted(key))") else {
        unreadableTexts.append(key)
        return .null
      }
      return .string(text)
    case .array: return try readArray(key: key, depth: depth + 1, from: &cursor)
    case .uint64:
      let value = try read(UInt64.self)
      return Int(exactly: value).map { .integer($0) } ?? .number(Double(value))
    case .int64: return .integer(Int(try read(Int64.self)))
    case .float64: return .number(try read(Double.self))
    }
  }

  private mutating func readArray(
    key: String, depth: Int, from cursor: inout GGUFCursor
  ) throws(GGUFFault) -> JSONValue {
    guard depth <= Self.depthLimit else {
      throw .nestedTooDeeply(key: key, limit: Self.depthLimit)
    }
    let type = try ValueType(from: &cursor, key: key)
    let count = try cursor.readCount(of: "elements of \(quoted(key))", minimum: type.minimumSize)
    elementCount += count
    guard elementCount <= Self.elementLimit else {
      throw .tooMany(
        what: "metadata elements", count: UInt64(elementCount), limit: Self.elementLimit)
    }
    var elements: [JSONValue] = []
    elements.reserveCapacity(count)
    for _ in 0..<count {
      elements.append(try readValue(of: type, key: key, depth: depth, from: &cursor))
    }
    return .array(elements)
  }

  /// The types of values, with their numbers in the file (`enum gguf_type` of gguf.h).
  enum ValueType: UInt32 {
    case uint8 = 0
    case int8 = 1
    case uint16 = 2
    case int16 = 3
    case uint32 = 4
    case int32 = 5
    case float32 = 6
    case bool = 7
    case string = 8
    case array = 9
    case uint64 = 10
    case int64 = 11
    case float64 = 12

    init(from cursor: inout GGUFCursor, key: String) throws(GGUFFault) {
      let code = try cursor.read(UInt32.self, "the type of \(quoted(key))")
      guard let type = ValueType(rawValue: code) else {
        throw .unknownValueType(key: key, code: code)
      }
      self = type
    }

    /// Bytes that a value takes at least.
    var minimumSize: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64, .string: 8
      case .array: 12
      }
    }
  }
}
