/// What kind of thing went wrong, as the exit code of sysexits.h that tells it to a script.
public enum FailureKind: Int32, Sendable {
  /// Wrong usage of a command (`EX_USAGE`).
  case usage = 64
  /// Input that is there but malformed or unsuitable (`EX_DATAERR`).
  case badData = 65
  /// Input that is not there or cannot be opened (`EX_NOINPUT`).
  case inputMissing = 66
  /// Output that exists already or cannot be created (`EX_CANTCREAT`).
  case cannotCreate = 73
  /// Reading or writing failed half-way, a full disk included (`EX_IOERR`).
  case inputOutput = 74
}

/// An error that a command prints as one line and turns into its exit code.
///
/// Each library has its own type with one case a cause; `description` names the file, the place in
/// it and the offending value, in lower case and without a full stop.
public protocol Failure: Error, Sendable, CustomStringConvertible {
  /// The kind, which decides the exit code.
  var kind: FailureKind { get }
  /// Whether the input is sound but asks for what is not implemented.
  var isUnsupported: Bool { get }
}

extension Failure {
  /// False.
  public var isUnsupported: Bool { false }
}
