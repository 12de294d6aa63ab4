import Foundation

/// A new folder that is removed with everything in it when nobody holds it any more.
package final class TemporaryFolder: Sendable {
  /// Path of the folder.
  package let path: String

  /// Creates the folder.
  package init() throws {
    path = NSTemporaryDirectory() + "/suture-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Path of a file in the folder.
  package func file(_ name: String) -> String { path + "/" + name }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
