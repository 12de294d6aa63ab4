import Failures

/// Why a `generation_config.json` cannot be followed.
public enum GenerationConfigurationError: Failure, Equatable {
  /// A key has a value of the wrong kind or out of range.
  case invalidValue(key: String, value: String, expected: String)
  /// A key asks for something that is not implemented and would change what is written.
  case unsupported(key: String, value: String)

  /// Malformed or unsuitable data in every case.
  public var kind: FailureKind { .badData }

  /// Whether the file is sound but asks for something that is not implemented.
  public var isUnsupported: Bool {
    if case .unsupported = self { true } else { false }
  }

  /// One line that names the key and the value.
  public var description: String {
    switch self {
    case .invalidValue(let key, let value, let expected):
      "'\(key)' is \(value), expected \(expected)"
    case .unsupported(let key, let value): "'\(key)': \(value) is not supported"
    }
  }
}
