import OrderedJSON

/// Typed access to the keys of a `config.json`, with the key and the value in every error.
///
/// A key whose value is `null` counts as absent, as in transformers.
struct ConfigurationReader {
  let object: JSONObject

  /// Largest size taken from a configuration; products of two of them still fit an Int.
  static let sizeLimit = 1 << 30

  func value(_ key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  func section(_ key: String) throws(ModelError) -> ConfigurationReader? {
    guard let value = value(key) else { return nil }
    guard let object = value.objectValue else { throw invalid(key, "an object") }
    return ConfigurationReader(object: object)
  }

  func size(_ key: String) throws(ModelError) -> Int {
    guard let size = try optionalSize(key) else { throw .missingKey(key) }
    return size
  }

  func optionalSize(_ key: String) throws(ModelError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let size = value.integerValue, (1...Self.sizeLimit).contains(size) else {
      throw invalid(key, "a positive integer")
    }
    return size
  }

  func integer(_ key: String) throws(ModelError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let integer = value.integerValue else { throw invalid(key, "an integer") }
    return integer
  }

  func number(_ key: String) throws(ModelError) -> Double {
    guard let number = try optionalNumber(key) else { throw .missingKey(key) }
    return number
  }

  func optionalNumber(_ key: String) throws(ModelError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.doubleValue, number.isFinite, number > 0 else {
      throw invalid(key, "a positive number")
    }
    return number
  }

  func flag(_ key: String, default fallback: Bool) throws(ModelError) -> Bool {
    guard let value = value(key) else { return fallback }
    guard let flag = value.boolValue else { throw invalid(key, "true or false") }
    return flag
  }

  func string(_ key: String) throws(ModelError) -> String? {
    guard let value = value(key) else { return nil }
    guard let string = value.stringValue else { throw invalid(key, "a string") }
    return string
  }

  func numbers(_ key: String, count: Int) throws(ModelError) -> [Double] {
    guard let value = value(key) else { throw .missingKey(key) }
    let numbers = value.arrayValue?.compactMap(\.doubleValue).filter { $0.isFinite && $0 > 0 }
    guard let numbers, numbers.count == count, value.arrayValue?.count == count else {
      throw invalid(key, "\(count) positive numbers")
    }
    return numbers
  }

  func strings(_ key: String, count: Int) throws(ModelError) -> [String]? {
    guard let value = value(key) else { return nil }
    let strings = value.arrayValue?.compactMap(\.stringValue)
    guard let strings, strings.count == count, value.arrayValue?.count == count else {
      throw invalid(key, "\(count) strings")
    }
    return strings
  }

  /// `sliding_window`, where `null` means none and an absent key the architecture's default.
  func window(whenAbsent fallback: Int) throws(ModelError) -> Int? {
    object["sliding_window"] == nil ? fallback : try optionalSize("sliding_window")
  }

  func invalid(_ key: String, _ expected: String) -> ModelError {
    .invalidValue(key: key, value: shown(key), expected: expected)
  }

  /// The value as JSON, short enough for a line.
  func shown(_ key: String) -> String {
    let text = (object[key] ?? .null).text()
    return text.utf8.count <= 80 ? text : String(text.prefix(77)) + "..."
  }
}

extension [ConfigurationReader] {
  /// The number under a key in the first section that has it.
  func firstNumber(_ key: String) throws(ModelError) -> Double? {
    for section in self {
      if let number = try section.optionalNumber(key) { return number }
    }
    return nil
  }

  /// The size under a key in the first section that has it.
  func firstSize(_ key: String) throws(ModelError) -> Int? {
    for section in self {
      if let size = try section.optionalSize(key) { return size }
    }
    return nil
  }
}
