import OrderedJSON

/// Something to be answered: a conversation that ends before the answer.
public struct Prompt: Sendable {
  /// Its name; the number of the line or row, from 0, where the file gives none.
  public let id: String
  /// The conversation.
  public let messages: [JSONValue]
  /// What the file says it is about; nil where it does not.
  public let category: String?
  /// HarmBench's context of the request, which the message begins with; nil where there is none.
  public let context: String?
  /// What was asked for without the context; nil where that is the last message.
  public let behavior: String?

  /// Creates a prompt.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - messages: The conversation.
  ///   - category: What it is about.
  ///   - context: HarmBench's context of the request.
  ///   - behavior: What was asked for without the context.
  public init(
    id: String, messages: [JSONValue], category: String? = nil, context: String? = nil,
    behavior: String? = nil
  ) {
    self.id = id
    self.messages = messages
    self.category = category
    self.context = context
    self.behavior = behavior
  }

  /// The same prompt with another conversation.
  ///
  /// - Parameter messages: The conversation.
  /// - Returns: The prompt.
  public func asking(_ messages: [JSONValue]) -> Prompt {
    Prompt(
      id: id, messages: messages, category: category, context: context, behavior: behavior)
  }

  /// Creates a prompt of a single user turn.
  init(id: String, text: String) {
    self.init(id: id, messages: [["role": "user", "content": .string(text)]])
  }
}
