import Foundation
import OrderedJSON
import Testing

/// Files that tests read, found from this source file.
enum Resources {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A file or folder of this target, or of another one.
  static func path(_ name: String, of target: String = "CommandTests") -> String {
    tests.appendingPathComponent("\(target)/Resources/\(name)").path
  }

  /// A tiny Llama with random weights and no tokenizer.
  static let llama = path("folders/llama", of: "CheckpointsTests")

  static func json(_ name: String, of target: String = "CommandTests") throws -> JSONValue {
    try JSONValue(parsing: [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name, of: target)))))
  }

  /// The objects of a JSON Lines text.
  static func lines(_ text: String) throws -> [JSONValue] {
    try text.utf8.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }
}

extension JSONValue {
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
