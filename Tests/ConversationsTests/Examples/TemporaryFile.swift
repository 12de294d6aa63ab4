import Foundation

/// A file that is there as long as a test runs.
struct TemporaryFile: ~Copyable {
  let path: String

  init(_ text: String, suffix: String = ".jsonl") throws {
    try self.init(bytes: Array(text.utf8), suffix: suffix)
  }

  init(bytes: [UInt8], suffix: String = ".jsonl") throws {
    path = NSTemporaryDirectory() + "examples-\(UUID().uuidString)\(suffix)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
