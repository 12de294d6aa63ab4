import TextPatterns

/// A regular expression for the names of modules, from a setting of PEFT.
///
/// PEFT hands it to Python's `re`. Only what means the same everywhere is taken: letters, digits, dots,
/// groups, classes, repetitions, `\\d` and `\\w`; anything else is refused by name. Matching takes a time
/// that grows with the name alone.
struct NamePattern {
  private let pattern: TextPattern

  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - text: As the setting has it.
  ///   - setting: The setting, for the message.
  ///   - fromDot: Whether it may also match the end of a name, from a dot on.
  /// - Throws: `unsupportedPattern`.
  init(_ text: String, setting: String, fromDot: Bool = false) throws(AdapterFault) {
    guard Self.isPortable(text) else { throw .unsupportedPattern(key: setting, pattern: text) }
    do {
      pattern = try TextPattern(regex: (fromDot ? #"^(?:.*\.)?(?:"# : "^(?:") + text + ")$")
    } catch {
      throw .unsupportedPattern(key: setting, pattern: text)
    }
  }

  /// Whether the expression matches the name from its first to its last character.
  func matches(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    let whole = 0..<bytes.count
    return !bytes.contains(UInt8(ascii: "\n")) && pattern.matches(in: bytes, whole).first == whole
  }

  /// Whether Python and the expressions of tokenizers understand a pattern alike.
  private static func isPortable(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst(), #"dw.-_/()[]{}|*+?^$\"#.utf8.contains(escaped) else {
          return false
        }
      case UInt8(ascii: "("):
        if rest.first == UInt8(ascii: "?") {
          rest.removeFirst()
          guard rest.popFirst() == UInt8(ascii: ":") else { return false }
        }
      case UInt8(ascii: "["):
        // A class in a class is one to some and a bracket to others.
        let body = rest.prefix { $0 != UInt8(ascii: "]") }
        guard !body.isEmpty, body.count < rest.count,
          body.allSatisfy({ $0.isWord || "^-._".utf8.contains($0) })
        else { return false }
        rest = rest.dropFirst(body.count + 1)
      default:
        guard byte.isWord || ".-_/)|*+?{},^$".utf8.contains(byte) else { return false }
      }
    }
    return true
  }
}
