import TestSupport

/// A template that is there as long as a test runs.
struct TemporaryTemplate {
  private let folder: TemporaryFolder
  let path: String

  init(_ text: String) throws {
    folder = try TemporaryFolder()
    path = try folder.write(text, to: "template.jinja")
  }
}

/// A model folder with a tokenizer and some more files.
struct TemporaryModel {
  private let files: TemporaryFolder

  var folder: String { files.path }

  init(_ texts: [String: String]) throws {
    files = try TemporaryFolder()
    try files.copy("tokenizers/bytes/tokenizer.json", to: "tokenizer.json")
    for (name, text) in texts { try files.write(text, to: name) }
  }

  func write(_ text: String, to name: String) throws { try files.write(text, to: name) }

  func write(_ bytes: [UInt8], to name: String) throws { try files.write(bytes, to: name) }
}
