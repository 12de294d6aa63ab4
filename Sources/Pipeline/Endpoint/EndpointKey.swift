import Failures
import Files

/// The key that a server asks for.
///
/// It is read from the environment, sent, and never written anywhere.
public struct EndpointKey: Sendable {
  /// A variable holds what cannot be sent in a header.
  public struct Fault: Failure, Equatable {
    /// The variable.
    public let variable: String

    /// The environment is part of how a command is used.
    public var kind: FailureKind { .usage }
    /// The variable, but not its value.
    public var description: String {
      "the environment variable \(variable) holds no key: there is white space or a character that is "
        + "not ASCII in it"
    }
  }

  let text: String

  /// Reads a variable; nil where it is not set, or empty.
  ///
  /// - Parameter variable: Its name.
  /// - Throws: `Fault`.
  public init?(inVariable variable: String) throws(Fault) {
    guard let text = Environment.value(of: variable), !text.isEmpty else { return nil }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Fault(variable: variable)
    }
    self.text = text
  }

  /// A text without the key, but for keys so short that they are words, such as `EMPTY`.
  func hidden(in message: String) -> String {
    text.utf8.count < 8
      ? message
      : message.split(separator: text, omittingEmptySubsequences: false)
        .joined(separator: "[key]")
  }
}
