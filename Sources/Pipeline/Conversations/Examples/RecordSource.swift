import OrderedJSON

/// The values of a JSON Lines file, or the elements of a file that is one JSON array.
///
/// Blank lines are passed over, but counted.
struct RecordSource: ~Copyable {
  /// Where a value stands.
  enum Place: Equatable {
    /// A line, from 1.
    case line(Int)
    /// An element of the array that the file is, from 0.
    case element(Int)
  }

  /// The most bytes in a file that is one array.
  private static let fileLimit = 1 << 28

  private var lines: LineReader
  private var elements: [JSONValue]?
  private var index = 0
  private var waiting: [(bytes: [UInt8], number: Int)] = []
  private var isStarted = false

  var path: String { lines.path }

  init(_ lines: consuming LineReader) { self.lines = lines }

  /// The next value and its place, or nil after the last one.
  ///
  /// - Throws: `notJSON`, `spreadOverLines`, or what reading lines throws.
  mutating func next() throws(ExampleError) -> (value: JSONValue, place: Place)? {
    if !isStarted { try start() }
    if let elements {
      guard index < elements.count else { return nil }
      defer { index += 1 }
      return (elements[index], .element(index))
    }
    guard let line = try nextLine() else { return nil }
    return (try value(line), .line(line.number))
  }

  /// Reads to the end, so that everything is observed.
  mutating func drain() throws(ExampleError) { try lines.drain() }

  private mutating func nextLine() throws(ExampleError) -> (bytes: [UInt8], number: Int)? {
    if !waiting.isEmpty { return waiting.removeFirst() }
    while let line = try lines.next() {
      if !line.isBlank { return (line, lines.lineCount) }
    }
    return nil
  }

  /// Finds out whether the file is one array: its first line begins one and does not hold it all,
  /// or nothing follows.
  private mutating func start() throws(ExampleError) {
    isStarted = true
    guard let first = try nextLine() else { return }
    waiting.append(first)
    guard first.bytes.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "[") else {
      return
    }
    let isWhole = (try? JSONValue(parsing: first.bytes)) != nil
    if isWhole, let second = try followingLine() {
      waiting.append(second)
      return
    }
    var bytes = first.bytes
    while !isWhole, let line = try lines.next() {
      bytes.append(UInt8(ascii: "\n"))
      bytes += line
      guard bytes.count <= Self.fileLimit else {
        throw ExampleError(.fileTooLong(limit: Self.fileLimit), path: path)
      }
    }
    waiting = []
    do throws(JSONError) {
      let array = try JSONValue(parsing: bytes).arrayValue ?? []
      // An array of messages is one conversation, not as many examples.
      elements = array.first.map(RecordReader.isMessage) ?? false ? [.array(array)] : array
    } catch {
      throw ExampleError(.notJSON(error), path: path, line: first.number)
    }
  }

  private mutating func followingLine() throws(ExampleError) -> (bytes: [UInt8], number: Int)? {
    while let line = try lines.next() {
      if !line.isBlank { return (line, lines.lineCount) }
    }
    return nil
  }

  private mutating func value(_ line: (bytes: [UInt8], number: Int)) throws(ExampleError)
    -> JSONValue
  {
    do throws(JSONError) {
      return try JSONValue(parsing: line.bytes)
    } catch {
      let isOpen = error.cause == .unexpectedEnd
      if isOpen, try nextLine() != nil {
        throw ExampleError(.spreadOverLines, path: path, line: line.number)
      }
      throw ExampleError(.notJSON(error), path: path, line: line.number)
    }
  }
}
