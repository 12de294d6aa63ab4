import OrderedJSON

/// A file of prompts, in the format that its name ends with.
///
/// - `.jsonl`, `.json`: one object a line, or one array of objects or strings. An object has
///   `messages` or `conversations`, or the text under one of the names of `PromptColumns`, as in CSV.
/// - `.csv`: RFC 4180 with a header, whose names are compared without case.
/// - `.txt`: one prompt a line.
///
/// In all of them a byte order mark and blank lines are passed over, and lines may end with `\r\n`.
/// An `id` that is left out is the number of the line, in a CSV file that of the row after the
/// header, from 0.
public struct PromptFile {
  /// The prompts, at least one.
  public let prompts: [Prompt]
  /// What the user should know of the file, a line each.
  public let notes: [String]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - column: The column or member that holds the prompt; nil for one of the usual names.
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  /// - Returns: The prompts, at least one.
  /// - Throws: `ExampleError` with the line of what cannot be used.
  public static func read(
    _ path: String, column: String? = nil, observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) -> PromptFile {
    let name = path.lowercased()
    let lines = try LineReader(path: path, observe: observe)
    var reader = PromptReader(path: path, column: column)
    if name.hasSuffix(".jsonl") || name.hasSuffix(".json") {
      try reader.readRecords(RecordSource(lines))
    } else if name.hasSuffix(".csv") {
      try reader.readRows(lines)
    } else if name.hasSuffix(".txt") {
      try reader.readTexts(lines)
    } else {
      throw ExampleError(.unknownFormat, path: path)
    }
    guard !reader.prompts.isEmpty else { throw ExampleError(.empty, path: path) }
    if let repeated = RepeatedNames.note(reader.prompts.map(\.id)) { reader.note(repeated) }
    return PromptFile(prompts: reader.prompts, notes: reader.notes)
  }
}

/// Gathers the prompts of a file.
private struct PromptReader {
  let path: String
  let column: String?
  private(set) var prompts: [Prompt] = []
  private(set) var notes: [String] = []

  init(path: String, column: String?) {
    self.path = path
    self.column = column
  }

  mutating func note(_ text: String) {
    let line = "\(path): \(text)"
    if !notes.contains(line) { notes.append(line) }
  }

  // MARK: Text

  mutating func readTexts(_ source: consuming LineReader) throws(ExampleError) {
    var lines = source
    while let bytes = try lines.next() {
      if bytes.isBlank { continue }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw ExampleError(.invalidUTF8, path: path, line: lines.lineCount)
      }
      prompts.append(Prompt(id: "\(lines.lineCount - 1)", text: text))
    }
  }

  // MARK: JSON

  mutating func readRecords(_ source: consuming RecordSource) throws(ExampleError) {
    var source = source
    while let (value, place) = try source.next() {
      if case .element(let index) = place, let text = value.stringValue {
        guard !text.isEmpty else {
          throw ExampleError(.emptyPrompt, path: path, element: index)
        }
        prompts.append(Prompt(id: "\(index)", text: text))
      } else {
        prompts.append(try prompt(RecordReader(value, path: path, place: place)))
      }
    }
  }

  private mutating func prompt(_ record: RecordReader) throws(ExampleError) -> Prompt {
    if try record.tools() != nil {
      throw record.error(.unsupported(key: "tools", reason: "prompts are asked without them"))
    }
    if column == nil, let key = ["messages", "conversations"].first(where: { record.has($0) }) {
      return try conversation(try record.messages(key), record)
    }
    let members = record.object.members.filter { !$0.value.isNull }
    guard let columns = PromptColumns(members.map(\.key), wanted: column) else {
      let expected = column ?? "messages, conversations, \(PromptColumns.known)"
      throw record.error(.unknownKeys(found: record.object.keys, expected: expected))
    }
    let key = members[columns.text].key
    if members[columns.text].value.arrayValue != nil {
      return try conversation(try record.messages(key), record)
    }
    _ = try record.string(key)
    let fields = members.map { $0.value.stringValue ?? "" }
    return try prompt(
      columns, fields, names: members.map(\.key), id: try record.id(numberedBy: columns, fields)
    ) { record.error($0) }
  }

  private func conversation(
    _ messages: [JSONValue], _ record: RecordReader
  ) throws(ExampleError) -> Prompt {
    guard messages.last?["role"]?.stringValue != "assistant" else {
      throw record.error(.answeredPrompt)
    }
    return Prompt(id: try record.id(), messages: try record.withSystem(messages))
  }

  // MARK: CSV

  mutating func readRows(_ source: consuming LineReader) throws(ExampleError) {
    var lines = source
    guard let header = try CSVRow(&lines) else { return }
    guard let columns = PromptColumns(header.fields, wanted: column) else {
      throw ExampleError(
        .noPromptColumn(found: header.fields, wanted: column), path: path, line: header.line)
    }
    while let row = try CSVRow(&lines) {
      guard row.fields.count == header.fields.count else {
        throw ExampleError(
          .fieldCount(found: row.fields.count, expected: header.fields.count), path: path,
          line: row.line)
      }
      let line = row.line
      let path = path
      let id = columns.id(of: row.fields) ?? "\(prompts.count)"
      prompts.append(
        try prompt(columns, row.fields, names: header.fields, id: id) {
          ExampleError($0, path: path, line: line)
        })
    }
  }

  private mutating func prompt(
    _ columns: PromptColumns, _ fields: [String], names: [String], id: String,
    error: (ExampleError.Cause) -> ExampleError
  ) throws(ExampleError) -> Prompt {
    guard let (system, text) = columns.prompt(of: fields) else { throw error(.emptyPrompt) }
    if columns.hasImage(fields) {
      throw error(.unsupported(key: "ImageFileName", reason: "only text can be read"))
    }
    if !columns.others.isEmpty {
      note(
        "the prompts are read from '\(names[columns.text])'; there is also "
          + columns.others.map { "'\(names[$0])'" }.joined(separator: ", "))
    }
    let request: JSONValue = ["role": "user", "content": .string(text)]
    let before: [JSONValue] = system.map { [["role": "system", "content": .string($0)]] } ?? []
    return Prompt(id: id, messages: before + [request])
  }
}

extension RecordReader {
  /// The `id`, or what the columns say, or the number of the line.
  fileprivate func id(
    numberedBy columns: PromptColumns, _ fields: [String]
  ) throws(ExampleError) -> String {
    if !has("id"), let id = columns.id(of: fields) { return id }
    return try id()
  }
}
