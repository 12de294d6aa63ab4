import Failures
import SystemPackage

/// Why a file could not be read or written.
public enum FileFault: Error, Equatable, Sendable {
  /// There is no such file or folder.
  case missing
  /// It is there but may not be read, or a path component is no folder.
  case unreadable(Errno)
  /// A folder where a file is expected.
  case isFolder
  /// A pipe, socket or device where a file is expected.
  case notRegular
  /// A file where a folder is expected.
  case notFolder
  /// The path holds a NUL character, which no file name can.
  case unusablePath
  /// A pointer of Git LFS where the file itself is expected.
  case gitLFSPointer
  /// A document that is read whole is larger than any real one.
  case tooLarge(byteCount: Int, limit: Int)
  /// Reading failed half-way.
  case readFailed(Errno)
  /// The output cannot be created.
  case cannotCreate(Errno)
  /// Writing failed half-way.
  case writeFailed(Errno)
}

extension FileFault: CustomStringConvertible {
  /// The fault in a few words.
  public var description: String {
    switch self {
    case .missing: "no such file or folder"
    case .unreadable(let error): "cannot be opened: \(error.reason)"
    case .isFolder: "is a folder, not a file"
    case .notRegular: "is no regular file"
    case .notFolder: "is a file, not a folder"
    case .unusablePath: "holds a NUL character"
    case .gitLFSPointer: GitLFSPointer.reason
    case .tooLarge(let byteCount, let limit): "has \(byteCount) bytes, more than \(limit)"
    case .readFailed(let error): "reading failed: \(error.reason)"
    case .cannotCreate(let error): "cannot be created: \(error.reason)"
    case .writeFailed(let error): "writing failed: \(error.reason)"
    }
  }

  /// The kind, which decides the exit code.
  public var kind: FailureKind {
    switch self {
    case .missing, .unreadable, .isFolder, .notRegular, .notFolder, .unusablePath, .gitLFSPointer:
      .inputMissing
    case .tooLarge: .badData
    case .cannotCreate: .cannotCreate
    case .readFailed, .writeFailed: .inputOutput
    }
  }
}
