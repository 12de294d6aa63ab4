import Failures

/// Why gradients cannot be computed.
public enum GradientError: Failure, Equatable {
  /// A factor is NaN or infinite.
  case nonFinite(factor: String, module: String, example: String, token: Int, feature: Int)

  /// Malformed or unsuitable data.
  public var kind: FailureKind { .badData }

  /// One line that names the place.
  public var description: String {
    switch self {
    case .nonFinite(let factor, let module, let example, let token, let feature):
      "example \(example): the \(factor) of \(module) is not finite at token \(token), "
        + "feature \(feature)"
    }
  }
}
