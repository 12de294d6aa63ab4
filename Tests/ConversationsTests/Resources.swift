import Conversations
import Jinja
import OrderedJSON
import Testing

/// Files beside the tests.
enum Resources {
  /// The reference ran at 2024-07-26T12:34:56.
  static let clock = TemplateClock.fixed(1_721_997_296)

  private static let tests =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(2).joined(separator: "/")

  /// A file or folder of this target, or of another one.
  static func path(_ name: String, of target: String = "ConversationsTests") -> String {
    "\(tests)/\(target)/Resources/\(name)"
  }

  static func text(_ name: String, of target: String = "ConversationsTests") throws -> String {
    let bytes = try #require(try InputFile.contents(of: path(name, of: target)))
    return try #require(String(validating: bytes, as: UTF8.self))
  }

  static func json(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: try text(name))
  }
}
