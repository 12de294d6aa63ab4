import Failures
import ModelFiles

/// Why a tokenizer cannot be made from what a file says.
///
/// `key` is the path of the offending member, such as `model.merges[7]`.
public enum TokenizerError: Failure, Equatable {
  /// A member that has to be there is not.
  case missing(key: String)
  /// A member is of another JSON type than the format says.
  case wrongType(key: String, expected: String, found: String)
  /// A value that the format does not allow.
  case invalid(key: String, value: String, reason: String)
  /// A part of the format that is known but not implemented.
  case unsupported(key: String, value: String)
  /// A token is used that the vocabulary does not have.
  case unknownToken(key: String, token: String)
  /// A regular expression that cannot be compiled.
  case pattern(key: String, pattern: String, reason: String)

  /// Always bad data.
  public var kind: FailureKind { .badData }

  /// True for parts that are known but not implemented, and for patterns that cannot be compiled.
  public var isUnsupported: Bool {
    switch self {
    case .unsupported, .pattern: true
    default: false
    }
  }

  /// The file that the fault is in, which its key begins with unless it is the `tokenizer.json`, and
  /// the error without that.
  package var located: (file: String, error: TokenizerError) {
    for file in [DocumentName.tokenizerConfiguration, .specialTokensMap, .addedTokens]
      .map(\.rawValue) where key.hasPrefix(file + ".")
    {
      return (file, withKey(String(key.dropFirst(file.count + 1))))
    }
    return (DocumentName.tokenizer.rawValue, self)
  }

  private var key: String {
    switch self {
    case .missing(let key), .wrongType(let key, _, _), .invalid(let key, _, _),
      .unsupported(let key, _), .unknownToken(let key, _), .pattern(let key, _, _):
      key
    }
  }

  private func withKey(_ key: String) -> TokenizerError {
    switch self {
    case .missing: .missing(key: key)
    case .wrongType(_, let expected, let found):
      .wrongType(key: key, expected: expected, found: found)
    case .invalid(_, let value, let reason): .invalid(key: key, value: value, reason: reason)
    case .unsupported(_, let value): .unsupported(key: key, value: value)
    case .unknownToken(_, let token): .unknownToken(key: key, token: token)
    case .pattern(_, let pattern, let reason):
      .pattern(key: key, pattern: pattern, reason: reason)
    }
  }

  /// The key, the offending value and the reason in one line.
  public var description: String {
    switch self {
    case .missing(let key):
      "\(key) is missing"
    case .wrongType(let key, let expected, let found):
      "\(key) should be \(expected), not \(found)"
    case .invalid(let key, let value, let reason):
      "\(key) is \(Self.quoted(value)): \(reason)"
    case .unsupported(let key, let value):
      "\(key) is \(Self.quoted(value)), which is not supported"
    case .unknownToken(let key, let token):
      "\(key) names the token \(Self.quoted(token)), which the vocabulary does not have"
    case .pattern(let key, let pattern, let reason):
      "\(key) has the pattern \(Self.quoted(pattern)): \(reason)"
    }
  }

  /// The value on one line and of bounded length.
  private static func quoted(_ value: String) -> String {
    let limit = 200
    var line = ""
    for scalar in value.unicodeScalars.prefix(limit) {
      line += scalar.value < 0x20 ? scalar.escaped(asASCII: false) : String(scalar)
    }
    return value.unicodeScalars.count > limit ? "'\(line)...'" : "'\(line)'"
  }
}
