import Failures

/// Why there is no such control.
public enum ControlError: Failure, Equatable {
  /// An example does not have it.
  case impossible(GradientControl, example: String, reason: String)
  /// No example has it.
  case impossibleForAll(GradientControl, reason: String)

  /// Unsuitable data.
  public var kind: FailureKind { .badData }

  /// One line that names the control and the example.
  public var description: String {
    switch self {
    case .impossible(let control, let example, let reason):
      "example \(example) has no control '\(control.rawValue)': \(reason)"
    case .impossibleForAll(let control, let reason):
      "no example has a control '\(control.rawValue)': \(reason)"
    }
  }
}
