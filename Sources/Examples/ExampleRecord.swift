import OrderedJSON

/// One line of an examples file, before it is encoded.
public struct ExampleRecord: Sendable {
  /// What it gives the model.
  public enum Content: Sendable {
    /// A conversation whose last assistant turn is the answer.
    case messages([JSONValue])
    /// Tokens and, for each, its label: the id to be predicted, or -100 where there is no loss.
    case tokens([Int], labels: [Int])
  }

  /// Its name; the line number, from 0, where the file gives none.
  public let id: String
  /// What it gives the model.
  public let content: Content
  /// The line of the file, from 1.
  public let line: Int
}

/// Reads the members of one JSON object, the line of a file.
struct RecordReader {
  /// Marks a position without loss, as in Hugging Face's datasets.
  static let ignoredLabel = -100

  let object: JSONObject
  let path: String
  let line: Int

  /// Parses a line.
  ///
  /// - Parameters:
  ///   - bytes: The line.
  ///   - path: The file, for messages.
  ///   - line: Its number, from 1.
  /// - Throws: `notJSON` or `wrongType`.
  init(_ bytes: [UInt8], path: String, line: Int) throws(ExampleError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw ExampleError(.notJSON(error), path: path, line: line)
    }
    guard let object = value.objectValue else {
      throw ExampleError(
        .wrongType(key: "the line", expected: "an object", found: value.kind), path: path,
        line: line)
    }
    self.object = object
    self.path = path
    self.line = line
  }

  func error(_ cause: ExampleError.Cause) -> ExampleError {
    ExampleError(cause, path: path, line: line)
  }

  /// True where all of these members are there and none is null.
  func has(_ keys: String...) -> Bool {
    keys.allSatisfy { object[$0].map { !$0.isNull } ?? false }
  }

  /// The name, or the line number from 0.
  func id() throws(ExampleError) -> String {
    switch object["id"] {
    case nil, .null: return "\(line - 1)"
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    case let other?: throw wrongType("id", "a string", other)
    }
  }

  func string(_ key: String) throws(ExampleError) -> String {
    let value = object[key] ?? .null
    guard let text = value.stringValue else { throw wrongType(key, "a string", value) }
    return text
  }

  func integers(_ key: String) throws(ExampleError) -> [Int] {
    let value = object[key] ?? .null
    guard let elements = value.arrayValue else { throw wrongType(key, "an array", value) }
    var integers: [Int] = []
    integers.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      guard case .integer(let integer) = element else {
        throw wrongType("\(key)[\(index)]", "an integer", element)
      }
      integers.append(integer)
    }
    return integers
  }

  /// The conversation: at least one message, each an object with a role and a content.
  func messages() throws(ExampleError) -> [JSONValue] {
    let value = object["messages"] ?? .null
    guard let messages = value.arrayValue else { throw wrongType("messages", "an array", value) }
    guard !messages.isEmpty else { throw error(.emptyPrompt) }
    for (index, message) in messages.enumerated() {
      let key = "messages[\(index)]"
      guard message.objectValue != nil else { throw wrongType(key, "an object", message) }
      let role = message["role"] ?? .null
      guard role.stringValue != nil else { throw wrongType("\(key).role", "a string", role) }
      switch message["content"] {
      case .string, .array, .null: break
      case nil where message["tool_calls"] != nil: break
      case let other: throw wrongType("\(key).content", "a string or a list", other ?? .null)
      }
    }
    return messages
  }

  func wrongType(_ key: String, _ expected: String, _ found: JSONValue) -> ExampleError {
    error(.wrongType(key: key, expected: expected, found: found.kind))
  }
}

extension RecordReader {
  /// Turns a question and its answer into a conversation.
  static func conversation(_ question: String, _ answer: String) -> [JSONValue] {
    [
      ["role": "user", "content": .string(question)],
      ["role": "assistant", "content": .string(answer)],
    ]
  }

  /// The example that the object holds.
  ///
  /// `input_ids` with `labels` goes before `messages`, that before `prompt` with `response`, and
  /// that before `instruction` with `output`, where a non-empty `input` follows the instruction
  /// after a blank line. Other members are passed over.
  func example() throws(ExampleError) -> ExampleRecord {
    ExampleRecord(id: try id(), content: try content(), line: line)
  }

  private func content() throws(ExampleError) -> ExampleRecord.Content {
    if has("input_ids", "labels") {
      return .tokens(try integers("input_ids"), labels: try integers("labels"))
    }
    if has("messages") { return .messages(try messages()) }
    if has("prompt", "response") {
      return .messages(Self.conversation(try string("prompt"), try string("response")))
    }
    if has("instruction", "output") {
      let input = has("input") ? try string("input") : ""
      let question = try string("instruction") + (input.isEmpty ? "" : "\n\n" + input)
      return .messages(Self.conversation(question, try string("output")))
    }
    let expected =
      "messages, prompt and response, instruction and output, or input_ids and labels"
    throw error(.unknownKeys(found: object.keys, expected: expected))
  }
}
