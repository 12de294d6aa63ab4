import Failures

/// Why a file of stored responses cannot be used, and where.
public struct ResponseFileError: Failure, Equatable {
  /// One case a cause.
  public enum Cause: Equatable, Sendable {
    /// No member or column holds the response.
    case noResponse(found: [String], wanted: String)
    /// A member has another JSON type than it should.
    case wrongType(key: String, expected: String, found: String)
    /// A member has a value that it cannot have.
    case unknownValue(key: String, value: String, allowed: String)
    /// Neither the file nor the user says whether the prompt should be refused.
    case noKind
    /// A set whose prompts should, and should not, be refused.
    case twoKinds(set: String)
  }

  /// What is wrong.
  public let cause: Cause
  /// The file.
  public let path: String
  /// The line, the row or the element, from 1.
  public let record: Int

  /// Bad data.
  public var kind: FailureKind { .badData }

  /// The file, the place and the cause in one line.
  public var description: String { "\(path): response \(record): \(reason)" }

  private var reason: String {
    switch cause {
    case .noResponse(let found, let wanted):
      "no column or member is named \(wanted) (found \(found.joined(separator: ", "))); "
        + "--response-column takes the name of another"
    case .wrongType(let key, let expected, let found): "\(key) should be \(expected), not \(found)"
    case .unknownValue(let key, let value, let allowed): "\(key) is '\(value)', not \(allowed)"
    case .noKind: "has no kind: --responses-kind harmful or benign says which it is"
    case .twoKinds(let set): "set '\(set)' is both harmful and benign"
    }
  }
}
