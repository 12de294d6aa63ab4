import OrderedJSON

/// Typed access to the keys of a `config.json`, with the key and the value in every error.
///
/// An absent key has the default of the architecture's configuration class in transformers. `null`
/// is a value of its own, which only keys that are read as optional may have.
struct ConfigurationReader {
  let object: JSONObject
  /// What absent keys are taken to be.
  var defaults = JSONObject()
  /// What stands before a key in an error: the sections that the object is in.
  var path = ""

  /// Largest size taken from a configuration; products of two of them still fit an Int.
  static let sizeLimit = 1 << 30

  /// The value of a key or its default, or nil when that is null or there is none.
  func value(_ key: String) -> JSONValue? {
    guard let value = object[key] ?? defaults[key], !value.isNull else { return nil }
    return value
  }

  /// The object under a key, without defaults.
  func section(_ key: String) throws(ModelError) -> ConfigurationReader? {
    guard let value = value(key) else { return nil }
    guard let object = value.objectValue else { throw invalid(key, "an object") }
    return ConfigurationReader(object: object, path: "\(path)\(key).")
  }

  func size(_ key: String) throws(ModelError) -> Int {
    try required(key, "a positive integer", try optionalSize(key))
  }

  func optionalSize(_ key: String) throws(ModelError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let size = value.integerValue, (1...Self.sizeLimit).contains(size) else {
      throw invalid(key, "a positive integer")
    }
    return size
  }

  func integer(_ key: String) throws(ModelError) -> Int {
    try required(key, "an integer", value(key)?.integerValue)
  }

  func number(_ key: String) throws(ModelError) -> Double {
    try required(key, "a positive number", try optionalNumber(key))
  }

  func optionalNumber(_ key: String) throws(ModelError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.doubleValue, number.isFinite, number > 0 else {
      throw invalid(key, "a positive number")
    }
    return number
  }

  func flag(_ key: String) throws(ModelError) -> Bool {
    try required(key, "true or false", value(key)?.boolValue)
  }

  func string(_ key: String) throws(ModelError) -> String {
    try required(key, "a string", value(key)?.stringValue)
  }

  func numbers(_ key: String, count: Int) throws(ModelError) -> [Double] {
    let numbers = value(key)?.arrayValue?.compactMap(\.doubleValue)
      .filter { $0.isFinite && $0 > 0 }
    let expected = "\(count) positive numbers"
    let list = try required(key, expected, numbers)
    guard list.count == count, value(key)?.arrayValue?.count == count else {
      throw invalid(key, expected)
    }
    return list
  }

  func strings(_ key: String, count: Int) throws(ModelError) -> [String]? {
    guard let value = value(key) else { return nil }
    let strings = value.arrayValue?.compactMap(\.stringValue)
    guard let strings, strings.count == count, value.arrayValue?.count == count else {
      throw invalid(key, "\(count) strings")
    }
    return strings
  }

  private func required<Value>(
    _ key: String, _ expected: String, _ value: Value?
  ) throws(ModelError) -> Value {
    if let value { return value }
    throw object[key] == nil ? .missingKey(path + key) : invalid(key, expected)
  }

  func invalid(_ key: String, _ expected: String) -> ModelError {
    .invalidValue(key: path + key, value: shown(key), expected: expected)
  }

  func unsupported(_ key: String) -> ModelError {
    .unsupported(key: path + key, value: shown(key))
  }

  /// The value as JSON, short enough for a line.
  func shown(_ key: String) -> String {
    let text = (object[key] ?? defaults[key] ?? .null).text()
    return text.utf8.count <= 80 ? text : String(text.prefix(77)) + "..."
  }
}
