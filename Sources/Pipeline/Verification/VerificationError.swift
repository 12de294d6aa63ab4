import Failures

/// Why a verification cannot be made, or what it found.
public enum VerificationError: Failure, Equatable {
  /// Deviations are larger than rounding explains.
  case exceeded(names: [String], checkCount: Int)
  /// A file of reference values lacks something, or has it in another form.
  case malformedReference(path: String, key: String)
  /// There is no folder of reference values.
  case noReference(path: String)

  /// Malformed data, or input that is not there.
  public var kind: FailureKind {
    if case .noReference = self { .inputMissing } else { .badData }
  }

  /// One line that names the place.
  public var description: String {
    switch self {
    case .exceeded(let names, let count):
      "\(names.count) of \(count) checks exceed their tolerance: \(names.joined(separator: ", "))"
    case .malformedReference(let path, let key): "\(path): '\(key)' is missing or malformed"
    case .noReference(let path): "\(path): holds no models with reference values"
    }
  }
}

extension [Check] {
  /// Checks that every deviation keeps its bound.
  ///
  /// - Throws: `VerificationError.exceeded`.
  public func requireAll() throws(VerificationError) {
    let failures = filter { !$0.passes }
    guard failures.isEmpty else {
      throw .exceeded(names: failures.map(\.name), checkCount: count)
    }
  }
}
