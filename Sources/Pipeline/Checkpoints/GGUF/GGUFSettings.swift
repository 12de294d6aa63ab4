import OrderedJSON

/// The metadata of a GGUF file that describe the model, checked.
struct GGUFSettings {
  /// Most layers that a model may have: some lists have an entry for each.
  static let layerLimit = 4096

  let architecture: GGUFArchitecture
  let headCount: Int
  let keyValueHeadCount: Int
  let layerCount: Int
  let hiddenSize: Int
  private let metadata: JSONObject

  init(_ metadata: JSONObject) throws(GGUFFault) {
    guard let name = metadata["general.architecture"]?.stringValue else {
      throw .missingValue(key: "general.architecture")
    }
    guard let architecture = GGUFArchitecture(rawValue: name) else {
      throw .unsupportedArchitecture(name)
    }
    self.architecture = architecture
    self.metadata = metadata
    let reader = Reader(metadata: metadata, prefix: architecture.rawValue)
    headCount = try reader.required("attention.head_count")
    keyValueHeadCount = try reader.count("attention.head_count_kv") ?? headCount
    hiddenSize = try reader.required("embedding_length")
    layerCount = try reader.required("block_count", limit: Self.layerLimit)
  }

  /// A positive integer of this architecture that must be there.
  func required(_ key: String) throws(GGUFFault) -> Int { try reader.required(key) }

  /// A positive integer of this architecture, or nil when there is none or it is 0.
  func count(_ key: String) throws(GGUFFault) -> Int? { try reader.count(key) }

  /// A finite number of this architecture, or nil when there is none.
  func number(_ key: String) throws(GGUFFault) -> Double? { try reader.number(key) }

  /// Any value of this architecture.
  func value(_ key: String) -> JSONValue? { metadata[reader.fullKey(key)] }

  /// The id of a special token, such as `bos`, or nil.
  func tokenID(_ name: String) -> Int? {
    metadata["tokenizer.ggml.\(name)_token_id"]?.integerValue
  }

  /// The whole key of a value of this architecture.
  func fullKey(_ key: String) -> String { reader.fullKey(key) }

  private var reader: Reader { Reader(metadata: metadata, prefix: architecture.rawValue) }

  private struct Reader {
    let metadata: JSONObject
    let prefix: String

    func fullKey(_ key: String) -> String { "\(prefix).\(key)" }

    func required(_ key: String, limit: Int = Int(Int32.max)) throws(GGUFFault) -> Int {
      guard let count = try count(key, limit: limit) else {
        throw .missingValue(key: fullKey(key))
      }
      return count
    }

    func count(_ key: String, limit: Int = Int(Int32.max)) throws(GGUFFault) -> Int? {
      guard let value = metadata[fullKey(key)] else { return nil }
      guard case .integer(let count) = value, (0...limit).contains(count) else {
        throw invalid(key, value, expected: "an integer up to \(limit)")
      }
      return count == 0 ? nil : count
    }

    func number(_ key: String) throws(GGUFFault) -> Double? {
      guard let value = metadata[fullKey(key)] else { return nil }
      guard let number = value.doubleValue, number.isFinite else {
        throw invalid(key, value, expected: "a finite number")
      }
      // Of a float32 the shortest decimal that reads back the same is what was meant.
      let single = Float(number)
      return Double(single) == number ? Double(single.description) : number
    }

    private func invalid(_ key: String, _ value: JSONValue, expected: String) -> GGUFFault {
      let found =
        switch value {
        case .integer, .number, .bool: value.text()
        default: value.kind
        }
      return .invalidValue(key: fullKey(key), value: found, expected: expected)
    }
  }
}
