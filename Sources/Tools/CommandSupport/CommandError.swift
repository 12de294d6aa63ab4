import Failures
import Transformer

/// What can go wrong around the work of a command: its flags, its output, its standard output.
public enum CommandError: Failure, Equatable {
  /// A flag has a value that it cannot have.
  case invalidValue(flag: String, value: String, allowed: String)
  /// An input is not there or cannot be read.
  case inputMissing(path: String, reason: String)
  /// An input became shorter while it was read.
  case inputShortened(path: String)
  /// The output is there already and `--force` was not given.
  case outputExists(path: String)
  /// The output cannot be created where it was asked for.
  case outputNotCreatable(path: String, reason: String)
  /// The output is there, and `--force` does not replace such a thing.
  case outputNotReplaceable(path: String, reason: String)
  /// Writing the output failed half-way.
  case outputNotWritten(path: String, reason: String)
  /// What is free does not hold a pass of the usual number of tokens.
  case memoryShort(available: ByteCount, needed: ByteCount)
  /// The result could not be written to standard output.
  case standardOutputFailed(reason: String)

  /// The exit code that tells the cause to a script.
  public var kind: FailureKind {
    switch self {
    case .invalidValue: .usage
    case .inputMissing: .inputMissing
    case .outputExists, .outputNotCreatable, .outputNotReplaceable: .cannotCreate
    case .inputShortened, .outputNotWritten, .standardOutputFailed: .inputOutput
    case .memoryShort: .badData
    }
  }

  /// One line that names the place and the offending value.
  public var description: String {
    switch self {
    case .invalidValue(let flag, let value, let allowed):
      "\(flag) is '\(value)', allowed: \(allowed)"
    case .inputMissing(let path, let reason):
      "\(path): \(reason)"
    case .inputShortened(let path):
      "\(path): reading failed: it was shortened or its device failed"
    case .outputExists(let path):
      "\(path): exists already (--force replaces it)"
    case .outputNotCreatable(let path, let reason):
      "\(path): cannot be created: \(reason)"
    case .outputNotReplaceable(let path, let reason):
      "\(path): --force does not replace it: it \(reason)"
    case .outputNotWritten(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .memoryShort(let available, let needed):
      "\(needed) of memory are needed, \(available) may be used (--memory-limit \(available) allows "
        + "smaller passes, which round differently)"
    case .standardOutputFailed(let reason):
      "standard output: \(reason)"
    }
  }
}
