import OrderedJSON

/// Reads the members of one JSON object of a file.
struct RecordReader {
  let object: JSONObject
  let path: String
  let place: RecordSource.Place

  /// Takes a value of a file; an array of messages is the conversation alone.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - path: The file, for messages.
  ///   - place: Where it stands.
  /// - Throws: `wrongType`.
  init(_ value: JSONValue, path: String, place: RecordSource.Place) throws(ExampleError) {
    self.path = path
    self.place = place
    if let elements = value.arrayValue, elements.first.map(Self.isMessage) ?? false {
      object = JSONObject([.init(key: "messages", value: value)])
      return
    }
    guard let object = value.objectValue else {
      let name = if case .line = place { "the line" } else { "the element" }
      self.object = JSONObject()
      throw error(.wrongType(key: name, expected: "an object", found: value.kind))
    }
    self.object = object
  }

  /// The line, from 1, where the file has one value a line.
  var line: Int? { if case .line(let line) = place { line } else { nil } }

  /// The place in the array, from 0, where the file is one.
  var element: Int? { if case .element(let index) = place { index } else { nil } }

  func error(_ cause: ExampleError.Cause) -> ExampleError {
    ExampleError(cause, path: path, line: line, element: element)
  }

  func wrongType(_ key: String, _ expected: String, _ found: JSONValue) -> ExampleError {
    error(.wrongType(key: key, expected: expected, found: found.kind))
  }

  /// True where all of these members are there and none is null.
  func has(_ keys: String...) -> Bool {
    keys.allSatisfy { object[$0].map { !$0.isNull } ?? false }
  }

  /// The name, or the line number or place from 0.
  func id() throws(ExampleError) -> String {
    switch object["id"] {
    case nil, .null: return "\(element ?? (line ?? 1) - 1)"
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    case let other?: throw wrongType("id", "a string", other)
    }
  }

  func string(_ key: String) throws(ExampleError) -> String {
    let value = object[key] ?? .null
    guard let text = value.stringValue else { throw wrongType(key, "a string", value) }
    return text
  }

  func integers(_ key: String) throws(ExampleError) -> [Int] {
    let value = object[key] ?? .null
    guard let elements = value.arrayValue else { throw wrongType(key, "an array", value) }
    var integers: [Int] = []
    integers.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard case .integer(let integer) = element else {
        throw wrongType("\(key)[\(index)]", "an integer", element)
      }
      integers.append(integer)
    }
    return integers
  }
}
