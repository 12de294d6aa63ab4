import OrderedJSON

/// A file of prompts, in the format that its name ends with.
///
/// - `.jsonl`, `.json`: one object a line with `messages`, or with the text as `prompt` or `goal`,
///   and an optional `id`.
/// - `.csv`: RFC 4180 with a header; the column `prompt`, `goal` or `instruction`, the first of
///   these that there is, and an optional column `id`.
/// - `.txt`: one prompt a line.
///
/// In all of them a byte order mark and blank lines are passed over, and lines may end with `\r\n`.
/// An `id` that is left out is the number of the line, in a CSV file that of the row after the
/// header, from 0.
public enum PromptFile {
  private static let textKeys = ["prompt", "goal", "instruction"]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  /// - Returns: The prompts, at least one.
  /// - Throws: `ExampleError` with the line of what cannot be used.
  public static func read(
    _ path: String, observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) -> [Prompt] {
    let name = path.lowercased()
    let isJSON = name.hasSuffix(".jsonl") || name.hasSuffix(".json")
    guard isJSON || name.hasSuffix(".csv") || name.hasSuffix(".txt") else {
      throw ExampleError(.unknownFormat, path: path)
    }
    var lines = try LineReader(path: path, observe: observe)
    let prompts =
      name.hasSuffix(".csv")
      ? try readRows(&lines) : try readLines(&lines, isJSON ? prompt(json:) : prompt(text:))
    guard !prompts.isEmpty else { throw ExampleError(.empty, path: path) }
    return prompts
  }

  /// A line of a file: its bytes, the file, and its number from 1.
  private typealias Line = (bytes: [UInt8], path: String, number: Int)

  private static func readLines(
    _ lines: inout LineReader, _ read: (Line) throws(ExampleError) -> Prompt
  ) throws(ExampleError) -> [Prompt] {
    var prompts: [Prompt] = []
    while let bytes = try lines.next() {
      if !bytes.isBlank { prompts.append(try read((bytes, lines.path, lines.lineCount))) }
    }
    return prompts
  }

  private static func prompt(text line: Line) throws(ExampleError) -> Prompt {
    guard let text = String(validating: line.bytes, as: UTF8.self) else {
      throw ExampleError(.invalidUTF8, path: line.path, line: line.number)
    }
    return Prompt(id: "\(line.number - 1)", text: text)
  }

  private static func prompt(json line: Line) throws(ExampleError) -> Prompt {
    let record = try RecordReader(line.bytes, path: line.path, line: line.number)
    if record.has("messages") {
      let messages = try record.messages()
      guard messages.last?["role"]?.stringValue != "assistant" else {
        throw record.error(.answeredPrompt)
      }
      return Prompt(id: try record.id(), messages: messages)
    }
    guard let key = ["prompt", "goal"].first(where: { record.has($0) }) else {
      throw record.error(
        .unknownKeys(found: record.object.keys, expected: "messages, prompt or goal"))
    }
    let text = try record.string(key)
    guard !text.isEmpty else { throw record.error(.emptyPrompt) }
    return Prompt(id: try record.id(), text: text)
  }

  // MARK: CSV

  private static func readRows(_ lines: inout LineReader) throws(ExampleError) -> [Prompt] {
    guard let header = try CSVRow(&lines) else { return [] }
    guard let column = textKeys.lazy.compactMap(header.fields.firstIndex(of:)).first else {
      throw ExampleError(
        .noPromptColumn(found: header.fields), path: lines.path, line: header.line)
    }
    let idColumn = header.fields.firstIndex(of: "id")
    var prompts: [Prompt] = []
    while let row = try CSVRow(&lines) {
      guard row.fields.count == header.fields.count else {
        throw ExampleError(
          .fieldCount(found: row.fields.count, expected: header.fields.count), path: lines.path,
          line: row.line)
      }
      guard !row.fields[column].isEmpty else {
        throw ExampleError(.emptyPrompt, path: lines.path, line: row.line)
      }
      let id = idColumn.map { row.fields[$0] } ?? "\(prompts.count)"
      prompts.append(Prompt(id: id, text: row.fields[column]))
    }
    return prompts
  }
}
