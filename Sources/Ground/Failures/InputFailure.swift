/// An error of a library that does not know which file its input came from, with that file.
public struct InputFailure: Failure {
  /// The file or folder.
  public let path: String
  /// What is wrong with it.
  public let cause: any Failure

  /// The kind of the cause.
  public var kind: FailureKind { cause.kind }

  /// Whether the cause is that something is not implemented.
  public var isUnsupported: Bool { cause.isUnsupported }

  /// The path, then the cause.
  public var description: String { "\(path): \(cause)" }
}

/// Runs `body` and names a path in what it throws.
///
/// - Parameters:
///   - path: The file or folder that `body` is about.
///   - body: Throws errors that do not name it.
/// - Returns: What `body` returns.
/// - Throws: `InputFailure` around a `Failure`; other errors as they are.
public func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let failure as any Failure {
    throw InputFailure(path: path, cause: failure)
  }
}
