import OrderedJSON

/// Something to be answered: a conversation that ends before the answer.
public struct Prompt: Sendable {
  /// Its name; the number of the line or row, from 0, where the file gives none.
  public let id: String
  /// The conversation.
  public let messages: [JSONValue]

  /// Creates a prompt.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - messages: The conversation.
  public init(id: String, messages: [JSONValue]) {
    self.id = id
    self.messages = messages
  }

  /// Creates a prompt of a single user turn.
  init(id: String, text: String) {
    self.init(id: id, messages: [["role": "user", "content": .string(text)]])
  }
}
