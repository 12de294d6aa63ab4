import OrderedJSON
import Tokens

/// A file of examples: JSON Lines, one example a line, or one JSON array of them.
///
/// Each is an object of one of these forms, with an optional `id`:
///
/// ```
/// {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
/// {"conversations": [{"from": "human", "value": "..."}, {"from": "gpt", "value": "..."}]}
/// {"prompt": "...", "response": "..."}           // or "completion"
/// {"instruction": "...", "input": "...", "output": "..."}
/// {"input_ids": [...], "labels": [...]}          // -100 where a position carries no loss
/// ```
///
/// or an array of messages alone. `content` may be a list of text parts. Beside a conversation may
/// stand `system` and `tools`, beside a prompt also `history`, beside `input_ids` an
/// `attention_mask`, `position_ids`, `token_type_ids` and masks of the loss. What would change what
/// is learnt and can't be followed is refused by name, and members that nothing is read from are
/// named in a note.
///
/// Lines end with `\n` or `\r\n`, a byte order mark is passed over, and so are blank lines, which
/// count all the same: an `id` that is left out is the number of the line in the file, from 0.
public struct ExampleFile: ~Copyable {
  private var source: RecordSource

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - observe: Is given all bytes that are read, in order, for a checksum.
  /// - Throws: `ExampleError` `missing`.
  public init(
    path: String, observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) {
    source = RecordSource(try LineReader(path: path, observe: observe))
  }

  /// The next example as it is written, or nil after the last one.
  ///
  /// - Throws: `ExampleError` with the line.
  public mutating func next() throws(ExampleError) -> ExampleRecord? {
    guard let (value, place) = try source.next() else { return nil }
    return try RecordReader(value, path: source.path, place: place).example()
  }

  /// Reads and encodes the examples of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - encoder: Encodes conversations; nil for a model without a tokenizer, which can still read
  ///     examples that are tokens.
  ///   - vocabularySize: How many ids the model knows.
  ///   - contextLength: How many tokens the model can read.
  ///   - limit: How many examples to read; nil for all.
  ///   - trigger: What is put behind the last user turn of each; nil for nothing.
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  ///   - note: Is given what the user should know of the file, a line each.
  /// - Returns: The examples, at least one.
  /// - Throws: `ExampleError` with the line of the first example that cannot be used.
  public static func read(
    _ path: String, encoder: ConversationEncoder?, vocabularySize: Int, contextLength: Int,
    limit: Int? = nil, trigger: Trigger? = nil, observe: @escaping ([UInt8]) -> Void = { _ in },
    note: (String) -> Void = { _ in }
  ) throws(ExampleError) -> [Example] {
    var file = try ExampleFile(path: path, observe: observe)
    var examples: [Example] = []
    var unused: [String] = []
    let encoding = ExampleEncoding(
      path: path, encoder: encoder, vocabularySize: vocabularySize, contextLength: contextLength)
    while examples.count < limit ?? .max, let record = try file.next() {
      examples.append(
        try encoding.example(try trigger?.appended(to: record, path: path) ?? record))
      unused += record.unusedKeys.filter { !unused.contains($0) }
    }
    guard !examples.isEmpty || limit == 0 else { throw ExampleError(.empty, path: path) }
    try file.source.drain()
    if !unused.isEmpty { note("\(path): members not used: \(unused.joined(separator: ", "))") }
    if let repeated = RepeatedNames.note(examples.map(\.id)) { note("\(path): \(repeated)") }
    return examples
  }
}

/// Names that stand for more than one item of a file.
enum RepeatedNames {
  /// One line about them, or nil when there are none.
  static func note(_ names: [String]) -> String? {
    var seen = Set<String>()
    var repeated: [String] = []
    for name in names where !seen.insert(name).inserted && !repeated.contains(name) {
      repeated.append(name)
      if repeated.count > 5 { break }
    }
    if repeated.isEmpty { return nil }
    let more = repeated.count > 5 ? ", ..." : ""
    return "ids that occur more than once: " + repeated.prefix(5).joined(separator: ", ") + more
  }
}

/// Turns what a file says into tokens, and checks them.
struct ExampleEncoding {
  let path: String
  let encoder: ConversationEncoder?
  let vocabularySize: Int
  let contextLength: Int

  /// The example of a record.
  ///
  /// - Parameter record: A line of the file.
  /// - Returns: The example.
  /// - Throws: `ExampleError` with the line.
  func example(_ record: ExampleRecord) throws(ExampleError) -> Example {
    let example =
      switch record.content {
      case .messages(let messages, let tools): try example(messages, tools, record)
      case .tokens(let tokens, let labels): try example(tokens, labels, record)
      }
    guard example.tokens.count <= contextLength else {
      throw error(.tooLong(tokens: example.tokens.count, limit: contextLength), record)
    }
    guard example.answerTokenCount > 0 else { throw error(.emptyAnswer, record) }
    return example
  }

  private func error(_ cause: ExampleError.Cause, _ record: ExampleRecord) -> ExampleError {
    ExampleError(cause, path: path, line: record.line, element: record.element)
  }

  private func example(
    _ messages: [JSONValue], _ tools: JSONValue?, _ record: ExampleRecord
  ) throws(ExampleError) -> Example {
    guard let encoder else { throw error(.needsTokenizer, record) }
    let encoded: EncodedConversation
    do throws(ConversationError) {
      encoded = try encoder.encode(messages, tools: tools)
    } catch {
      throw self.error(.conversation(error), record)
    }
    // A template that knows no tools would drop them in silence.
    if tools != nil, (try? encoder.encode(messages))?.tokens == encoded.tokens {
      throw error(
        .unsupported(key: "tools", reason: "the chat template does not show them"), record)
    }
    return Example(
      id: record.id, tokens: try checked(encoded.tokens, "tokens", record),
      answerMask: encoded.answerMask)
  }

  private func example(
    _ tokens: [Int], _ labels: [Int], _ record: ExampleRecord
  ) throws(ExampleError) -> Example {
    guard tokens.count == labels.count else {
      throw error(.labelCount(labels: labels.count, tokens: tokens.count), record)
    }
    let answerMask = labels.map { $0 != RecordReader.ignoredLabel }
    let targets = zip(labels, tokens).map { $0 == RecordReader.ignoredLabel ? $1 : $0 }
    return Example(
      id: record.id, tokens: try checked(tokens, "input_ids", record), answerMask: answerMask,
      targets: try checked(targets, "labels", record))
  }

  /// The ids as the model takes them, all of them in its vocabulary.
  private func checked(
    _ tokens: [some BinaryInteger], _ key: String, _ record: ExampleRecord
  ) throws(ExampleError) -> [TokenID] {
    var ids: [TokenID] = []
    ids.reserveCapacity(tokens.count)
    for (index, token) in tokens.enumerated() {
      guard (0..<vocabularySize).contains(Int(token)), let id = TokenID(exactly: token) else {
        throw error(
          .tokenOutOfRange(
            key: key, index: index, value: Int(token), vocabularySize: vocabularySize), record)
      }
      ids.append(id)
    }
    return ids
  }
}
