import Failures
import Jinja
import OrderedJSON

/// Variables that a user hands to the chat template, such as `enable_thinking`: what transformers calls
/// `chat_template_kwargs`.
public struct TemplateArguments: Sendable {
  /// The variables in the order in which they were given.
  public private(set) var variables = JSONObject()

  /// Starts without variables.
  public init() {}

  /// Reads variables as they are given on a command line.
  ///
  /// - Parameter texts: Each `KEY=JSON`, such as `enable_thinking=false` or `effort="high"`.
  /// - Throws: `TemplateArgumentError`.
  public init(parsing texts: [String]) throws(TemplateArgumentError) {
    for text in texts { try add(text) }
  }

  /// Whether there are none.
  public var isEmpty: Bool { variables.members.isEmpty }

  /// The variables as JSON in one line, sorted by name, which is how they are recorded; empty without any.
  public var record: String {
    isEmpty
      ? "" : JSONValue.object(JSONObject(variables.members.sorted { $0.key < $1.key })).text()
  }

  private mutating func add(_ text: String) throws(TemplateArgumentError) {
    guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { throw .noValue(text) }
    let (key, json) = (String(text[..<sign]), String(text[text.index(after: sign)...]))
    guard Self.isIdentifier(key) else { throw .noIdentifier(key) }
    guard !Self.reserved.contains(key) else { throw .reserved(key) }
    guard variables[key] == nil else { throw .repeated(key) }
    do throws(JSONError) {
      variables[key] = try JSONValue(parsing: json)
    } catch {
      throw .notJSON(key: key, value: json, error)
    }
  }

  private static let reserved = ChatTemplate.ownVariables.union(SpecialTokens.names)

  private static func isIdentifier(_ key: String) -> Bool {
    let letters = key.unicodeScalars
    return (letters.first.map { $0 == "_" || $0.properties.isXIDStart } ?? false)
      && letters.allSatisfy(\.properties.isXIDContinue) && !ChatTemplate.words.contains(key)
  }
}

/// Why a variable cannot be handed to a chat template.
public enum TemplateArgumentError: Failure, Equatable {
  /// There is no `=`.
  case noValue(String)
  /// No template could read a variable of this name.
  case noIdentifier(String)
  /// The variable is set by what renders the template.
  case reserved(String)
  /// The variable is given twice.
  case repeated(String)
  /// The value is not JSON.
  case notJSON(key: String, value: String, JSONError)

  /// All of them are wrong usage.
  public var kind: FailureKind { .usage }

  /// The variable and what is wrong with it.
  public var description: String {
    switch self {
    case .noValue(let text):
      "--template-argument '\(text)' has no value, such as in enable_thinking=false"
    case .noIdentifier(let key): "--template-argument '\(key)' is no name of a variable"
    case .reserved(let key):
      "--template-argument '\(key)' is set by the renderer and cannot be given"
    case .repeated(let key): "--template-argument '\(key)' is given twice"
    case .notJSON(let key, let value, let error):
      "--template-argument '\(key)' is '\(value)', which is no JSON value (\(error)); a text stands "
        + "in double quotes, as in \(key)='\"high\"'"
    }
  }
}
