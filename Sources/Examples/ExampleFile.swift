import ChatTemplates
import OrderedJSON

/// A file of examples: JSON Lines, one example a line.
///
/// Each line is an object of one of these forms, with an optional `id`:
///
/// ```
/// {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]}
/// {"prompt": "...", "response": "..."}
/// {"instruction": "...", "input": "...", "output": "..."}
/// {"input_ids": [...], "labels": [...]}          // -100 where a position carries no loss
/// ```
///
/// Lines end with `\n` or `\r\n`, a byte order mark is passed over, and so are blank lines, which
/// count all the same: an `id` that is left out is the number of the line in the file, from 0.
public struct ExampleFile: ~Copyable {
  private var lines: LineReader

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - observe: Is given all bytes that are read, in order, for a checksum.
  /// - Throws: `ExampleError` `missing`.
  public init(
    path: String, observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) {
    lines = try LineReader(path: path, observe: observe)
  }

  /// The next example as it is written, or nil after the last one.
  ///
  /// - Throws: `ExampleError` with the line.
  public mutating func next() throws(ExampleError) -> ExampleRecord? {
    while let line = try lines.next() {
      if line.isBlank { continue }
      return try RecordReader(line, path: lines.path, line: lines.lineCount).example()
    }
    return nil
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
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  /// - Returns: The examples, at least one.
  /// - Throws: `ExampleError` with the line of the first example that cannot be used.
  public static func read(
    _ path: String, encoder: ConversationEncoder?, vocabularySize: Int, contextLength: Int,
    limit: Int? = nil, observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) -> [Example] {
    var file = try ExampleFile(path: path, observe: observe)
    var examples: [Example] = []
    let encoding = ExampleEncoding(
      path: path, encoder: encoder, vocabularySize: vocabularySize, contextLength: contextLength)
    while examples.count < limit ?? .max, let record = try file.next() {
      examples.append(try encoding.example(record))
    }
    guard !examples.isEmpty || limit == 0 else { throw ExampleError(.empty, path: path) }
    try file.lines.drain()
    return examples
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
      case .messages(let messages): try example(messages, record)
      case .tokens(let tokens, let labels): try example(tokens, labels, record)
      }
    guard example.tokens.count <= contextLength else {
      throw error(.tooLong(tokens: example.tokens.count, limit: contextLength), record)
    }
    guard example.answerTokenCount > 0 else { throw error(.emptyAnswer, record) }
    return example
  }

  private func error(_ cause: ExampleError.Cause, _ record: ExampleRecord) -> ExampleError {
    ExampleError(cause, path: path, line: record.line)
  }

  private func example(
    _ messages: [JSONValue], _ record: ExampleRecord
  ) throws(ExampleError) -> Example {
    guard let encoder else { throw error(.needsTokenizer, record) }
    let encoded: EncodedConversation
    do throws(TemplateError) {
      encoded = try encoder.encode(messages)
    } catch {
      throw self.error(.conversation(error), record)
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
    _ tokens: [Int], _ key: String, _ record: ExampleRecord
  ) throws(ExampleError) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(tokens.count)
    for (index, token) in tokens.enumerated() {
      guard (0..<vocabularySize).contains(token), let id = Int32(exactly: token) else {
        throw error(
          .tokenOutOfRange(
            key: key, index: index, value: token, vocabularySize: vocabularySize), record)
      }
      ids.append(id)
    }
    return ids
  }
}
