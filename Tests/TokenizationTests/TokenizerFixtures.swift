import OrderedJSON
import TestSupport
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
    try Fixtures.json("tokenizers/\(name)/tokenizer.json")
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
