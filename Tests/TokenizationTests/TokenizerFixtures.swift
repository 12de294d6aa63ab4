import Glibc
import OrderedJSON
import Testing
import Tokenization

/// Reads the stored files of this target.
enum TokenizerFixtures {
  /// The tokenizers that come with cases of their own.
  static let names = [
    "smollm2", "spm-like", "spm-like-metaspace", "spm-like-noprefix", "bytelevel-llama3-like",
    "bytelevel-qwen2-like",
  ]

  /// The `tokenizer.json` of a name.
  static func tokenizerJSON(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: bytes("tokenizers/\(name)/tokenizer.json"))
  }

  /// The values of a file with one JSON text a line.
  static func lines(_ path: String) throws -> [JSONValue] {
    try bytes(path).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }

  /// The value of a JSON file.
  static func value(_ path: String) throws -> JSONValue { try JSONValue(parsing: bytes(path)) }

  private static func bytes(_ path: String) throws -> [UInt8] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let file = try #require(unsafe fopen("/\(folder)/Resources/\(path)", "rb"))
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}

extension JSONValue {
  /// The integers of an array.
  var integers: [Int] { arrayValue?.compactMap(\.integerValue) ?? [] }

  /// The UTF-8 bytes of a string: texts are compared by them, since `==` is about canonical
  /// equivalence.
  var bytes: [UInt8] { Array((stringValue ?? "").utf8) }

  /// This object with one member replaced.
  func replacing(_ path: String, by value: JSONValue?) -> JSONValue {
    var object = objectValue ?? JSONObject()
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    object[parts[0]] =
      parts.count == 1 ? value : (object[parts[0]] ?? .null).replacing(parts[1], by: value)
    return .object(object)
  }
}
