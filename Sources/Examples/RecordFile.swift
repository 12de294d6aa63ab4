import OrderedJSON

/// A JSON Lines file of texts or conversations, read one object at a time.
///
/// Blank lines are passed over.
public struct RecordFile: ~Copyable {
  private var lines: LineReader

  /// Opens a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `ExampleError` `missing`.
  public init(path: String) throws(ExampleError) {
    lines = try LineReader(path: path)
  }

  /// The `text` of the next object, or nil after the last one.
  ///
  /// - Throws: `ExampleError` with the line.
  public mutating func nextText() throws(ExampleError) -> String? {
    try next()?.string("text")
  }

  /// The `messages` of the next object, or nil after the last one.
  ///
  /// - Throws: `ExampleError` with the line.
  public mutating func nextConversation() throws(ExampleError) -> [JSONValue]? {
    try next()?.messages()
  }

  private mutating func next() throws(ExampleError) -> RecordReader? {
    while let line = try lines.next() {
      if line.isBlank { continue }
      return try RecordReader(line, path: lines.path, line: lines.lineCount)
    }
    return nil
  }
}
