/// Why a text is not JSON, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One case a cause.
  public enum Cause: Equatable, Sendable {
    case unexpectedEnd
    case unexpectedByte(UInt8)
    case invalidNumber
    case invalidEscape
    case unpairedSurrogate
    case controlCharacterInString
    case invalidUTF8
    case nestedTooDeeply(limit: Int)
    case trailingContent
  }

  /// What is wrong.
  public let cause: Cause
  /// Byte position in the text, from 0.
  public let offset: Int

  /// Creates an error.
  public init(_ cause: Cause, at offset: Int) {
    self.cause = cause
    self.offset = offset
  }

  /// The cause and the place in one line.
  public var description: String { "\(reason) at byte \(offset)" }

  private var reason: String {
    switch cause {
    case .unexpectedEnd: "JSON ends too early"
    case .unexpectedByte(let byte): "unexpected \(Self.quoted(byte)) in JSON"
    case .invalidNumber: "malformed number in JSON"
    case .invalidEscape: "unknown escape in a JSON string"
    case .unpairedSurrogate: "half of a surrogate pair in a JSON string"
    case .controlCharacterInString: "unescaped control character in a JSON string"
    case .invalidUTF8: "invalid UTF-8 in a JSON string"
    case .nestedTooDeeply(let limit): "JSON nested deeper than \(limit) levels"
    case .trailingContent: "text after the JSON value"
    }
  }

  private static func quoted(_ byte: UInt8) -> String {
    (0x21...0x7e).contains(byte)
      ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
  }
}
