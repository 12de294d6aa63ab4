import OrderedJSON
import TestSupport
import Testing

extension Fixtures {
  /// A tiny Llama with random weights and no tokenizer.
  static let llama = path("models/llama")
}

extension JSONValue {
  /// The objects of a JSON Lines text.
  static func lines(_ text: String) throws -> [JSONValue] {
    try text.utf8.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }

  /// The array that must be there.
  func array(_ key: String) throws -> [JSONValue] {
    try #require(self[key]?.arrayValue)
  }

  /// The integers that must be there.
  func integers(_ key: String) throws -> [Int] {
    try array(key).map { try #require($0.integerValue) }
  }

  /// The bytes of the string that must be there: `==` on strings would merge canonical equivalents.
  func bytes(_ key: String) throws -> [UInt8] {
    Array(try #require(self[key]?.stringValue).utf8)
  }
}

extension TemporaryFolder {
  /// A folder with a whole tiny model whose tokens are bytes, so that it can be run, and this template.
  convenience init(byteModelWithTemplate template: String) throws {
    try self.init()
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try copy("tokenizers/bytes/\(name)", to: name)
    }
    for name in ["config.json", "model.safetensors"] { try copy("models/llama/\(name)", to: name) }
    try write(template, to: "chat_template.jinja")
  }
}
