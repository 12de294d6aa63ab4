/// One record of a CSV file (RFC 4180).
///
/// A field in double quotes may hold commas, line breaks, and quotes written twice. A quote inside
/// of a field that does not begin with one stands for itself.
struct CSVRow {
  /// Its fields, without the quotes.
  private(set) var fields: [String] = []
  /// The line of the file that it starts on, from 1.
  private(set) var line = 0

  /// Reads the next record, nil after the last one; blank lines are passed over.
  ///
  /// - Parameter lines: The file.
  /// - Throws: `malformedQuote`, `invalidUTF8`, `lineTooLong` or `interrupted`.
  init?(_ lines: inout LineReader) throws(ExampleError) {
    var text: [UInt8]
    repeat {
      guard let next = try lines.next() else { return nil }
      text = next
    } while text.isBlank
    line = lines.lineCount
    var position = 0
    while true {
      let field =
        text.dropFirst(position).first == Self.quote
        ? try Self.quotedField(&text, &position, &lines, startingAt: line)
        : Self.plainField(text, &position)
      guard let string = String(validating: field, as: UTF8.self) else {
        throw ExampleError(.invalidUTF8, path: lines.path, line: line)
      }
      fields.append(string)
      guard position < text.count else { return }
      position += 1
    }
  }

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  private static func plainField(_ text: [UInt8], _ position: inout Int) -> [UInt8] {
    let field = text[position...].prefix { $0 != comma }
    position += field.count
    return Array(field)
  }

  /// Reads up to the closing quote, over as many lines as it takes.
  private static func quotedField(
    _ text: inout [UInt8], _ position: inout Int, _ lines: inout LineReader, startingAt line: Int
  ) throws(ExampleError) -> [UInt8] {
    var field: [UInt8] = []
    position += 1
    while true {
      let part = text[position...].prefix { $0 != quote }
      field += part
      position += part.count
      guard field.count <= LineReader.lineLimit else {
        throw ExampleError(.lineTooLong(limit: LineReader.lineLimit), path: lines.path, line: line)
      }
      if position == text.count {
        guard let next = try lines.next() else {
          throw ExampleError(.malformedQuote, path: lines.path, line: line)
        }
        field.append(UInt8(ascii: "\n"))
        text = next
        position = 0
      } else if text.dropFirst(position + 1).first == quote {
        field.append(quote)
        position += 2
      } else {
        position += 1
        guard position == text.count || text[position] == comma else {
          throw ExampleError(.malformedQuote, path: lines.path, line: line)
        }
        return field
      }
    }
  }
}
