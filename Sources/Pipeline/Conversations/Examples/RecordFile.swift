import OrderedJSON

/// A JSON Lines file of texts or conversations, read one object at a time; or one JSON array.
///
/// Blank lines are passed over.
public struct RecordFile: ~Copyable {
  private var source: RecordSource

  /// Opens a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `ExampleError` `missing`.
  public init(path: String) throws(ExampleError) {
    source = RecordSource(try LineReader(path: path))
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
    try next()?.plainMessages()
  }

  /// The next object as it is and its line or place, from 1; nil after the last one.
  ///
  /// - Throws: `ExampleError` with the line.
  public mutating func nextObject() throws(ExampleError) -> (object: JSONObject, number: Int)? {
    guard let record = try next() else { return nil }
    return (record.object, record.line ?? (record.element ?? 0) + 1)
  }

  private mutating func next() throws(ExampleError) -> RecordReader? {
    guard let (value, place) = try source.next() else { return nil }
    return try RecordReader(value, path: source.path, place: place)
  }
}

extension RecordReader {
  /// The messages exactly as they are written, for a template to be tried with.
  fileprivate func plainMessages() throws(ExampleError) -> [JSONValue] {
    guard has("messages") || !has("conversations") else { return try messages("conversations") }
    let value = object["messages"] ?? .null
    guard let messages = value.arrayValue else { throw wrongType("messages", "an array", value) }
    guard !messages.isEmpty else { throw error(.emptyPrompt) }
    for (index, message) in messages.enumerated() {
      let role = message["role"] ?? .null
      guard message.objectValue != nil else {
        throw wrongType("messages[\(index)]", "an object", message)
      }
      guard role.stringValue != nil else {
        throw wrongType("messages[\(index)].role", "a string", role)
      }
    }
    return messages
  }
}
