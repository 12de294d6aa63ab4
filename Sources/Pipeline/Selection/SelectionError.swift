import Failures

/// Why candidates cannot be ranked.
public enum SelectionError: Failure, Equatable {
  /// A gradient, or a product of two, is beyond float32.
  case nonFinite(example: String)
  /// There is nothing that one candidate could be compared with.
  case tooFewCandidates(path: String, found: Int)

  /// Unsuitable data.
  public var kind: FailureKind { .badData }

  /// One line that names the place.
  public var description: String {
    switch self {
    case .nonFinite(let example):
      "example \(example): the inner products of its gradient are not finite"
    case .tooFewCandidates(let path, let found):
      "\(path): \(found == 1 ? "1 candidate" : "\(found) candidates"), at least 2 are needed: each is "
        + "compared with the others"
    }
  }
}
