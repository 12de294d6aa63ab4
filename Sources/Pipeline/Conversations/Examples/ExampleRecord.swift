import OrderedJSON

/// One object of an examples file, before it is encoded.
public struct ExampleRecord: Sendable {
  /// What it gives the model.
  public enum Content: Sendable {
    /// A conversation whose last assistant turn is the answer, and the tools that it may call.
    case messages([JSONValue], tools: JSONValue?)
    /// Tokens and, for each, its label: the id to be predicted, or -100 where there is no loss.
    case tokens([Int], labels: [Int])
  }

  /// Its name; the line number or the place in the array, from 0, where the file gives none.
  public let id: String
  /// What it gives the model.
  public let content: Content
  /// The line of the file, from 1, unless the file is one array.
  public let line: Int?
  /// The place in the array that the file is, from 0.
  public let element: Int?
  /// Members that nothing was read from.
  public let unusedKeys: [String]
}

extension RecordReader {
  /// The example that the object holds.
  ///
  /// `input_ids` go before `messages`, these before `conversations`, then `prompt` with `response`
  /// or `completion`, and `instruction` with `output` or `response`, where a non-empty `input`
  /// follows the instruction after a blank line.
  func example() throws(ExampleError) -> ExampleRecord {
    try refuseUnsupported()
    let (content, used) = try content()
    let unused =
      object.keys.filter { key in
        key != "id" && !used.contains(key) && !Self.unsupportedKeys.contains(key) && has(key)
      } + unusedMessageKeys(content)
    return ExampleRecord(
      id: try id(), content: content, line: line, element: element, unusedKeys: unused)
  }

  private typealias Reading = (content: ExampleRecord.Content, used: Set<String>)

  private func content() throws(ExampleError) -> Reading {
    if has("input_ids"), has("labels") || Self.lossMasks.contains(where: { has($0) }) {
      let (tokens, labels) = try tokens()
      return (.tokens(tokens, labels: labels), Self.tokenKeys)
    }
    try refuse(Self.lossMasks + ["attention_mask", "position_ids"], because: "is about input_ids")
    if has("messages") || has("conversations") {
      let key = has("messages") ? "messages" : "conversations"
      try refuse(["history"], because: "goes with a prompt or an instruction")
      return (
        .messages(try withSystem(try messages(key)), tools: try tools()),
        [key, "tools", "system", "system_prompt"]
      )
    }
    for (prompt, answer) in Self.pairs where has(prompt, answer) {
      let keys: Set = [
        prompt, answer, "input", "tools", "system", "system_prompt", "history",
      ]
      return (
        .messages(try withSystem(try conversation(prompt, answer)), tools: try tools()),
        prompt == "instruction" ? keys : keys.subtracting(["input"])
      )
    }
    let expected =
      "messages, conversations, prompt and response or completion, instruction and output, or "
      + "input_ids and labels"
    throw error(.unknownKeys(found: object.keys, expected: expected))
  }

  private static let pairs = [
    ("prompt", "response"), ("prompt", "completion"), ("instruction", "output"),
    ("instruction", "response"),
  ]

  /// A question and its answer, after the turns of `history`.
  private func conversation(_ prompt: String, _ answer: String) throws(ExampleError) -> [JSONValue]
  {
    if object[prompt]?.arrayValue != nil, object[answer]?.arrayValue != nil {
      return try messages(prompt) + messages(answer)
    }
    var messages = try history()
    let input = prompt == "instruction" && has("input") ? try string("input") : ""
    let question = try string(prompt) + (input.isEmpty ? "" : "\n\n" + input)
    messages.append(["role": "user", "content": .string(question)])
    messages.append(["role": "assistant", "content": .string(try string(answer))])
    return messages
  }

  /// Turns before the prompt: `[[question, answer], ...]`.
  private func history() throws(ExampleError) -> [JSONValue] {
    guard has("history"), let value = object["history"] else { return [] }
    guard let turns = value.arrayValue else { throw wrongType("history", "an array", value) }
    var messages: [JSONValue] = []
    for (index, turn) in turns.enumerated() {
      guard let pair = turn.arrayValue, pair.count == 2, pair.allSatisfy({ $0.stringValue != nil })
      else { throw wrongType("history[\(index)]", "a question and its answer", turn) }
      messages.append(["role": "user", "content": pair[0]])
      messages.append(["role": "assistant", "content": pair[1]])
    }
    return messages
  }

  private func refuse(_ keys: [String], because reason: String) throws(ExampleError) {
    for key in keys where has(key) && object[key]?.arrayValue?.isEmpty != true {
      throw error(.unsupported(key: key, reason: reason))
    }
  }
}
