import Failures
import Files
import SystemPackage

/// Why an HDF5 file could not be read or written.
public enum HDF5Error: Failure, Equatable {
  /// One entry of the library's error stack.
  public struct Frame: Equatable, Sendable {
    /// The C function that gave up.
    public let function: String
    /// What it said.
    public let description: String

    /// Creates a frame.
    public init(function: String, description: String) {
      self.function = function
      self.description = description
    }
  }

  /// There is no file of that name.
  case fileMissing(path: String)
  /// A folder, pipe or device where a file was expected.
  case notRegularFile(path: String)
  /// The system refuses to open the file.
  case cannotOpen(path: String, frames: [Frame])
  /// The file cannot be created.
  case cannotCreate(path: String, frames: [Frame])
  /// The file exists but holds something else.
  case notHDF5(path: String)
  /// A call of the C library failed; the innermost frame comes first.
  case callFailed(operation: String, path: String, frames: [Frame])
  /// A group or dataset is not there.
  case objectMissing(path: String)
  /// An attribute is not there.
  case attributeMissing(path: String, name: String)
  /// An object, dataset or attribute is of another kind than the format says.
  case unexpectedType(path: String, expected: String, found: String)
  /// A dataset has other extents than the format says.
  case unexpectedShape(path: String, expected: String, found: [Int])
  /// A dataset claims more memory than its bytes in the file can account for.
  case implausibleSize(path: String, bytes: Int, limit: Int)
  /// A string that the file does not hold or that is not UTF-8.
  case invalidText(path: String, index: Int)
  /// A value that the file's format does not allow at this place.
  case invalidValue(path: String, expected: String, found: String)
  /// The data of a dataset are kept outside the file.
  case storedElsewhere(path: String)
  /// A structure of the file is not as the format says.
  case damaged(path: String, structure: String, address: Int, reason: String)
  /// The file ends before its last byte.
  case truncated(path: String, expected: Int, found: Int)
  /// A feature of the format that is not read here.
  case unsupported(path: String, feature: String)
  /// The way to an object does not end at one.
  case unreachable(path: String, reason: String)
  /// A string cannot be stored, because a NUL ends strings in HDF5.
  case textHoldsNUL(path: String, text: String)
}

extension HDF5Error {
  /// Whether the file is sound but uses what is not read here.
  public var isUnsupported: Bool {
    if case .unsupported = self { true } else { false }
  }

  /// The exit code's kind: failures of the system apart from failures of the data.
  public var kind: FailureKind {
    switch self {
    case .fileMissing, .notRegularFile, .cannotOpen: .inputMissing
    case .cannotCreate: isOutOfSpace ? .inputOutput : .cannotCreate
    case .callFailed: systemErrorNumber == nil ? .badData : .inputOutput
    default: .badData
    }
  }

  /// The `errno` that HDF5's file driver reported, as for a full disk, or nil.
  public var systemErrorNumber: Int32? {
    for frame in frames {
      let parts = frame.description.split(separator: "errno = ", maxSplits: 1)
      if parts.count == 2, let number = Int32(parts[1].prefix { $0.isNumber }) { return number }
    }
    return nil
  }

  private var isOutOfSpace: Bool {
    systemErrorNumber.map(Errno.init(rawValue:))?.isMediumFailure ?? false
  }

  /// The library's error stack, innermost frame first; empty where the library had no part.
  public var frames: [Frame] {
    switch self {
    case .cannotOpen(_, let frames), .cannotCreate(_, let frames), .callFailed(_, _, let frames):
      frames
    default: []
    }
  }

  /// File, place and cause in one line.
  public var description: String {
    switch self {
    case .fileMissing(let path): "\(path): no such file"
    case .notRegularFile(let path): "\(path): not a regular file"
    case .cannotOpen(let path, _): "\(path): cannot be opened: \(cause)"
    case .cannotCreate(let path, _): "\(path): cannot be created: \(cause)"
    case .notHDF5(let path): "\(path): not an HDF5 file"
    case .callFailed(let operation, let path, _): "\(path): \(operation) failed: \(cause)"
    case .objectMissing(let path): "\(path): no such group or dataset"
    case .attributeMissing(let path, let name): "\(path): no attribute '\(name)'"
    case .unexpectedType(let path, let expected, let found):
      "\(path): expected \(expected), found \(found)"
    case .unexpectedShape(let path, let expected, let found):
      "\(path): expected shape \(expected), found \(found)"
    case .implausibleSize(let path, let bytes, let limit):
      "\(path): claims \(bytes) bytes where the file can hold no more than \(limit)"
    case .invalidText(let path, let index): "\(path): string \(index) is damaged or not UTF-8"
    case .invalidValue(let path, let expected, let found):
      "\(path): expected \(expected), found \(found)"
    case .storedElsewhere(let path): "\(path): its data are outside the file"
    case .damaged(let path, let structure, let address, let reason):
      "\(path): damaged: the \(structure) at byte \(address) \(reason)"
    case .truncated(let path, let expected, let found):
      "\(path): truncated: \(found) of \(expected) bytes are there"
    case .unsupported(let path, let feature): "\(path): not supported: \(feature)"
    case .unreachable(let path, let reason): "\(path): cannot be reached: \(reason)"
    case .textHoldsNUL(let path, let text):
      "\(path): '\(text)' holds a NUL, which HDF5 cannot store"
    }
  }

  private var cause: String {
    if let number = systemErrorNumber { return Errno(rawValue: number).description }
    let reason = frames.first { !$0.description.isEmpty }?.description ?? "unknown cause"
    return reason.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
