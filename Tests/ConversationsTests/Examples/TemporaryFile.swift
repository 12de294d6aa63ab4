import TestSupport

/// A file that is there as long as a test runs.
struct TemporaryFile {
  private let folder: TemporaryFolder
  let path: String

  init(_ text: String, suffix: String = ".jsonl") throws {
    try self.init(bytes: Array(text.utf8), suffix: suffix)
  }

  init(bytes: [UInt8], suffix: String = ".jsonl") throws {
    folder = try TemporaryFolder()
    path = try folder.write(bytes, to: "file" + suffix)
  }
}
