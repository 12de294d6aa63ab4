import Foundation
import OrderedJSON

/// Files that tests read: everything in `Tests/Fixtures`, found from this source file.
package enum Fixtures {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures").path

  /// Path of a file or folder.
  package static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The bytes of a file.
  package static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  /// The text of a file in UTF-8.
  package static func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// The value of a JSON file.
  package static func json(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: bytes(name))
  }

  /// The values of a file with one JSON text a line.
  package static func lines(_ name: String) throws -> [JSONValue] {
    try bytes(name).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
  }
}
