import Failures
import HDF5
import SystemPackage

/// Why a file could not be exported.
public enum ExportError: Failure, Equatable {
  /// The file that is exported cannot be read.
  case file(HDF5Error)
  /// The file is of a format that has no such export.
  case unsupported(path: String, format: String, reason: String)
  /// The output cannot be created.
  case cannotCreate(path: String, errorNumber: Int32)
  /// Writing the output failed, as when the disk is full.
  case writeFailed(path: String, errorNumber: Int32)

  /// The kind, which decides the exit code.
  public var kind: FailureKind {
    switch self {
    case .file(let error): error.kind
    case .unsupported: .badData
    case .cannotCreate: .cannotCreate
    case .writeFailed: .inputOutput
    }
  }

  /// File and cause in one line.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .unsupported(let path, let format, let reason): "\(path): \(format): \(reason)"
    case .cannotCreate(let path, let number): "\(path): cannot be created: \(Self.text(number))"
    case .writeFailed(let path, let number): "\(path): cannot be written: \(Self.text(number))"
    }
  }

  private static func text(_ errorNumber: Int32) -> String {
    Errno(rawValue: errorNumber).description
  }
}
