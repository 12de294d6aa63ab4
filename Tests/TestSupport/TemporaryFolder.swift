import Foundation

/// A new folder that is removed with everything in it when nobody holds it any more.
package final class TemporaryFolder: Sendable {
  /// Path of the folder.
  package let path: String

  /// Creates the folder.
  package init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "suture-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Path of a file in the folder.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, in folders that are made as needed, and gives its path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    _ = try makeFolder(name.split(separator: "/").dropLast().joined(separator: "/"))
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Writes a file, in folders that are made as needed, and gives its path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Copies a file of `Tests/Fixtures` and gives the path of the copy.
  @discardableResult
  package func copy(_ fixture: String, to name: String) throws -> String {
    try write(try Fixtures.bytes(fixture), to: name)
  }

  /// Makes a folder, and those around it, and gives its path.
  package func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
    return file(name)
  }

  /// The text of a file.
  package func text(_ name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// The number of bytes of a file.
  package func size(of name: String) throws -> Int {
    try Data(contentsOf: URL(filePath: file(name))).count
  }

  /// Everything in a folder, hidden names included, sorted.
  package func contents(of name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file(name)).sorted()
  }
}
