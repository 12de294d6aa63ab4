import OrderedJSON

extension RecordReader {
  /// Whether a value is a turn of a conversation.
  static func isMessage(_ value: JSONValue) -> Bool {
    value["role"]?.stringValue != nil && value["messages"] == nil
      || value["from"]?.stringValue != nil && value["value"] != nil
  }

  /// Roles of ShareGPT's `from`, by what chat templates call them.
  private static let roles = [
    "human": "user", "user": "user", "gpt": "assistant", "chatgpt": "assistant",
    "assistant": "assistant", "model": "assistant", "bot": "assistant", "system": "system",
    "tool": "tool", "developer": "developer",
  ]

  /// Members of a message that a chat template is given, as in transformers, which gives it all.
  private static let messageKeys: Set<String> = [
    "role", "content", "from", "value", "name", "tool_calls", "tool_call_id", "reasoning_content",
    "reasoning", "thinking", "weight", "train", "training",
  ]

  /// The conversation: at least one message, each an object with a role and a content.
  ///
  /// - Parameter key: The member that holds it.
  /// - Returns: The messages as a chat template takes them.
  /// - Throws: `wrongType`, `emptyPrompt`, `unknownRole` or `unsupported`.
  func messages(_ key: String) throws(ExampleError) -> [JSONValue] {
    let value = object[key] ?? .null
    guard let elements = value.arrayValue else { throw wrongType(key, "an array", value) }
    guard !elements.isEmpty else { throw error(.emptyPrompt) }
    var messages: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      messages.append(try message(element, "\(key)[\(index)]"))
    }
    return messages
  }

  private func message(_ value: JSONValue, _ key: String) throws(ExampleError) -> JSONValue {
    guard var message = value.objectValue else { throw wrongType(key, "an object", value) }
    if message["role"] == nil, let from = message["from"] {
      guard let name = from.stringValue else { throw wrongType("\(key).from", "a string", from) }
      guard let role = Self.roles[name] else {
        let known = Self.roles.keys.sorted().joined(separator: ", ")
        throw error(.unknownRole(key: "\(key).from", role: name, known: known))
      }
      let members = message.members.filter { !["from", "value", "content"].contains($0.key) }
      let content = message["value"] ?? message["content"] ?? .null
      message = JSONObject(
        [.init(key: "role", value: .string(role)), .init(key: "content", value: content)] + members)
    }
    let role = message["role"] ?? .null
    guard role.stringValue != nil else { throw wrongType("\(key).role", "a string", role) }
    for member in [
      "refusal", "function_call", "audio", "images", "train_detail", "training_detail",
    ]
    where message[member].map({ !$0.isNull && $0.arrayValue?.isEmpty != true }) ?? false {
      throw error(.unsupported(key: "\(key).\(member)", reason: "no chat template shows it"))
    }
    switch message["content"] {
    case .string, .null: break
    case .array(let parts): message["content"] = .string(try text(of: parts, "\(key).content"))
    case nil where message["tool_calls"] != nil: break
    case let other: throw wrongType("\(key).content", "a string or a list", other ?? .null)
    }
    return .object(message)
  }

  /// The text of content parts, one after the other, as templates that know parts write them.
  private func text(of parts: [JSONValue], _ key: String) throws(ExampleError) -> String {
    var text = ""
    for (index, part) in parts.enumerated() {
      let type = part["type"]?.stringValue ?? (part["text"] == nil ? part.kind : "text")
      guard type == "text" else {
        throw error(
          .unsupported(key: "\(key)[\(index)]", reason: "a part of type \(type) is no text"))
      }
      guard let string = part["text"]?.stringValue else {
        throw wrongType("\(key)[\(index)].text", "a string", part["text"] ?? .null)
      }
      text += string
    }
    return text
  }

  /// The conversation after the system prompt that stands beside it.
  func withSystem(_ messages: [JSONValue]) throws(ExampleError) -> [JSONValue] {
    var messages = messages
    for key in ["system", "system_prompt"] where has(key) {
      let text = try string(key)
      if text.isEmpty { continue }
      if messages.first?["role"]?.stringValue == "system" {
        throw error(.unsupported(key: key, reason: "the conversation has a system turn already"))
      }
      messages.insert(["role": "system", "content": .string(text)], at: 0)
    }
    return messages
  }

  /// The tools that the conversation may call: a list, or one written as text; nil for none.
  func tools() throws(ExampleError) -> JSONValue? {
    guard has("tools"), var tools = object["tools"] else { return nil }
    if let text = tools.stringValue {
      if text.isEmpty { return nil }
      guard let parsed = try? JSONValue(parsing: Array(text.utf8)) else {
        throw wrongType("tools", "a list", tools)
      }
      tools = parsed
    }
    guard let list = tools.arrayValue else { throw wrongType("tools", "a list", tools) }
    return list.isEmpty ? nil : tools
  }

  /// Members of messages that no template is known to show, each named once.
  func unusedMessageKeys(_ content: ExampleRecord.Content) -> [String] {
    guard case .messages(let messages, _) = content else { return [] }
    var unused: [String] = []
    for key in messages.flatMap({ $0.objectValue?.keys ?? [] })
    where !Self.messageKeys.contains(key) && !unused.contains("messages[].\(key)") {
      unused.append("messages[].\(key)")
    }
    return unused
  }
}
