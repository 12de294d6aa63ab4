import Foundation

/// Files that are there as long as a test runs.
struct TemporaryTemplate: ~Copyable {
  let path: String

  init(_ text: String) throws {
    path = NSTemporaryDirectory() + "template-\(UUID().uuidString).jinja"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A model folder with a tokenizer and some more files.
struct TemporaryModel: ~Copyable {
  let folder: String

  init(_ files: [String: String]) throws {
    folder = NSTemporaryDirectory() + "model-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: Resources.path("tokenizers/bytes/tokenizer.json"),
      toPath: folder + "/tokenizer.json")
    for (name, text) in files {
      let path = folder + "/" + name
      try FileManager.default.createDirectory(
        atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]),
        withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }

  static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}
