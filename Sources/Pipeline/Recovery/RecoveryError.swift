import Failures

/// Why a recovery has nowhere to go.
public enum RecoveryError: Failure, Equatable {
  /// The example's gradient is zero in every module, as when its answer is certain already.
  case gradientIsZero
  /// No module's gradient has a component past those that `complement` leaves out.
  case nothingPastRank(Int, mostComponents: Int)
  /// The model answers none of the prompts that are to be preserved.
  case nothingToPreserve
  /// None of the modules that are to move has a stored subspace.
  case nothingStored

  /// Unsuitable data.
  public var kind: FailureKind { .badData }

  /// One line that says why.
  public var description: String {
    switch self {
    case .gradientIsZero:
      "the example's gradient is zero in every module, so that it has no directions to move in"
    case .nothingToPreserve:
      "the model can answer none of the prompts to preserve: they fill its context"
    case .nothingStored:
      "the spectra file has no vectors of the modules that --layers and --projections leave"
    case .nothingPastRank(let rank, let most):
      "the example's gradient has at most \(counted(most, "components")) in a module, so that "
        + "--subspace complement, which leaves out the first \(rank), has nothing to move in"
    }
  }
}
