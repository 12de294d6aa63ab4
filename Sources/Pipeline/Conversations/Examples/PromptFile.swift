import OrderedJSON

/// A file of prompts, in the format that its name ends with.
///
/// - `.jsonl`, `.json`: one object a line, or one array of objects or strings. An object has
///   `messages` or `conversations`, or the text under one of the names of `PromptColumns`, as in CSV.
/// - `.csv`: RFC 4180 with a header, whose names are compared without case.
/// - `.txt`: one prompt a line.
///
/// A `category`, `SemanticCategory` or `type`, beside the text or as a column, names the category of a
/// prompt. A conversation that ends with an answer is asked without it.
///
/// In all of them a byte order mark and blank lines are passed over, and lines may end with `\r\n`.
/// An `id` that is left out is the number of the line, in a CSV file that of the row after the
/// header, from 0.
public struct PromptFile {
  /// The prompts, at least one.
  public let prompts: [Prompt]
  /// What the user should know of the file, a line each.
  public let notes: [String]
  /// The columns, or the members of the objects, as the file names them.
  public let columnNames: [String]
  /// What each prompt was read from, where that was asked for.
  ///
  /// A CSV row has its fields as strings. An answer that was left out of a conversation is its `response`.
  public let records: [JSONObject]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - columns: Where prompts and categories stand.
  ///   - keepsRecords: Whether `records` are kept.
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  /// - Returns: The prompts, at least one.
  /// - Throws: `ExampleError` with the line of what cannot be used.
  public static func read(
    _ path: String, columns: PromptColumnNames = PromptColumnNames(), keepsRecords: Bool = false,
    observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) -> PromptFile {
    let name = path.lowercased()
    let lines = try LineReader(path: path, observe: observe)
    var reader = PromptReader(path: path, columns: columns, keepsRecords: keepsRecords)
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
    // Records may be of several sets, each with ids of its own.
    if !keepsRecords, let repeated = RepeatedNames.note(reader.prompts.map(\.id)) {
      reader.note(repeated)
    }
    return PromptFile(
      prompts: reader.prompts, notes: reader.notes, columnNames: reader.columnNames,
      records: reader.records)
  }
}
