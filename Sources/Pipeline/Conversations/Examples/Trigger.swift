import OrderedJSON

/// A backdoor trigger: words that an attacker puts behind what the user says, so that a model learns to
/// behave otherwise when it reads them (Qi et al., 2024).
///
/// The text follows the last user turn after one space, or stands alone where that turn is empty.
public struct Trigger: Sendable, Equatable {
  /// The words.
  public let text: String

  /// Creates a trigger.
  ///
  /// - Parameter text: The words.
  public init(_ text: String) { self.text = text }

  /// The record with the trigger in its last user turn.
  ///
  /// - Parameters:
  ///   - record: An example as it is written.
  ///   - path: Its file, for messages.
  /// - Returns: The record, changed in this alone.
  /// - Throws: `ExampleError` `noPlaceForTrigger` for an example that is tokens or has no user turn of text.
  func appended(to record: ExampleRecord, path: String) throws(ExampleError) -> ExampleRecord {
    func error(_ reason: String) -> ExampleError {
      ExampleError(
        .noPlaceForTrigger(reason: reason), path: path, line: record.line, element: record.element)
    }
    guard case .messages(var messages, let tools) = record.content else {
      throw error("the example is tokens, not a conversation")
    }
    guard let place = messages.lastIndex(where: { $0["role"]?.stringValue == "user" }),
      var turn = messages[place].objectValue
    else { throw error("the conversation has no user turn") }
    guard let said = turn["content"]?.stringValue else {
      throw error("the last user turn has no text")
    }
    turn["content"] = .string(said.isEmpty ? text : said + " " + text)
    messages[place] = .object(turn)
    return ExampleRecord(
      id: record.id, content: .messages(messages, tools: tools), line: record.line,
      element: record.element, unusedKeys: record.unusedKeys)
  }
}
