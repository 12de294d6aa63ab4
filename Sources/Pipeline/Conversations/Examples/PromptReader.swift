import OrderedJSON

/// Gathers the prompts of a file.
struct PromptReader {
  let path: String
  let columns: PromptColumnNames
  let keepsRecords: Bool
  private(set) var prompts: [Prompt] = []
  private(set) var records: [JSONObject] = []
  private(set) var notes: [String] = []
  private(set) var columnNames: [String] = []

  init(path: String, columns: PromptColumnNames, keepsRecords: Bool) {
    self.path = path
    self.columns = columns
    self.keepsRecords = keepsRecords
  }

  private mutating func append(_ prompt: Prompt, from record: @autoclosure () -> JSONObject) {
    prompts.append(prompt)
    if keepsRecords { records.append(record()) }
  }

  private mutating func remember(_ names: [String]) {
    for name in names where !columnNames.contains(name) && columnNames.count < Self.nameLimit {
      columnNames.append(name)
    }
  }

  /// Names of members that are kept to be told to the user.
  private static let nameLimit = 64

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
      append(Prompt(id: "\(lines.lineCount - 1)", text: text), from: JSONObject())
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
        append(Prompt(id: "\(index)", text: text), from: JSONObject())
      } else {
        try read(RecordReader(value, path: path, place: place))
      }
    }
  }

  private mutating func read(_ record: RecordReader) throws(ExampleError) {
    if try record.tools() != nil {
      throw record.error(.unsupported(key: "tools", reason: "prompts are asked without them"))
    }
    let members = record.object.members.filter { !$0.value.isNull }
    let names = members.map(\.key)
    remember(names)
    let category = try category(of: members, record)
    let conversation = ["messages", "conversations"].first { record.has($0) }
    if columns.prompt == nil, let key = conversation {
      return try readConversation(try record.messages(key), category, record)
    }
    guard let columns = PromptColumns(names, wanted: columns.prompt) else {
      let known = self.columns.prompt ?? "messages, conversations, \(PromptColumns.known)"
      throw record.error(.noPromptColumn(found: record.object.keys, wanted: known))
    }
    let key = members[columns.text].key
    if members[columns.text].value.arrayValue != nil {
      return try readConversation(try record.messages(key), category, record)
    }
    _ = try record.string(key)
    let fields = members.map { $0.value.stringValue ?? "" }
    append(
      try prompt(
        columns, fields, names: names, id: try record.id(numberedBy: columns, fields),
        category: category
      ) { record.error($0) }, from: record.object)
  }

  /// The category as text.
  ///
  /// What is called like one and is no text, such as an object of several, is none
  /// unless it was asked for.
  private mutating func category(
    of members: [JSONObject.Member], _ record: RecordReader
  ) throws(ExampleError) -> String? {
    guard let column = columns.category(in: members.map(\.key)) else { return nil }
    switch members[column].value {
    case .string(let text): return text.isEmpty ? nil : text
    case .integer(let number): return "\(number)"
    case let other:
      let key = members[column].key
      if columns.category != nil { throw record.wrongType(key, "a string", other) }
      note("'\(key)' is not text, so it gives no categories")
      return nil
    }
  }

  private mutating func readConversation(
    _ messages: [JSONValue], _ category: String?, _ record: RecordReader
  ) throws(ExampleError) {
    var asked = messages
    var object = record.object
    if messages.last?["role"]?.stringValue == "assistant" {
      asked.removeLast()
      guard asked.contains(where: { $0["role"]?.stringValue == "user" }) else {
        throw record.error(.answeredPrompt)
      }
      if let answer = messages.last?["content"], object["response"] == nil {
        object["response"] = answer
      }
      if !keepsRecords {
        note("conversations that end with an answer are asked without that answer")
      }
    }
    append(
      Prompt(id: try record.id(), messages: try record.withSystem(asked), category: category),
      from: object)
  }

  // MARK: CSV

  mutating func readRows(_ source: consuming LineReader) throws(ExampleError) {
    var lines = source
    guard let header = try CSVRow(&lines) else { return }
    guard let columns = PromptColumns(header.fields, wanted: columns.prompt) else {
      throw ExampleError(
        .noPromptColumn(found: header.fields, wanted: self.columns.prompt ?? PromptColumns.known),
        path: path, line: header.line)
    }
    remember(header.fields)
    let categoryColumn = self.columns.category(in: header.fields)
    while let row = try CSVRow(&lines) {
      guard row.fields.count == header.fields.count else {
        throw ExampleError(
          .fieldCount(found: row.fields.count, expected: header.fields.count), path: path,
          line: row.line)
      }
      let line = row.line
      let path = path
      let id = columns.id(of: row.fields) ?? "\(prompts.count)"
      let category = categoryColumn.flatMap { row.fields[$0].isEmpty ? nil : row.fields[$0] }
      append(
        try prompt(columns, row.fields, names: header.fields, id: id, category: category) {
          ExampleError($0, path: path, line: line)
        },
        from: JSONObject(
          zip(header.fields, row.fields).map { .init(key: $0, value: .string($1)) }))
    }
  }

  private mutating func prompt(
    _ columns: PromptColumns, _ fields: [String], names: [String], id: String, category: String?,
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
    return Prompt(
      id: id, messages: before + [request], category: category,
      context: columns.context(of: fields),
      behavior: columns.context(of: fields) == nil ? nil : fields[columns.text])
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
