import Glibc
import SystemPackage

extension Errno {
  /// The error of the C call that has just failed.
  package static var last: Errno { Errno(rawValue: errno) }

  /// What `strerror` says, in lower case like every message of ours.
  package var reason: String { description.prefix(1).lowercased() + description.dropFirst() }

  /// Whether the medium failed (full disk, quota, device) and not the place or its permissions.
  package var isMediumFailure: Bool {
    [.noSpace, .diskQuotaExceeded, .ioError, .fileTooLarge].contains(self)
  }

  /// Runs a call of swift-system, which does not say in its type that it throws nothing else.
  static func typed<Result>(_ call: () throws -> Result) throws(Errno) -> Result {
    do {
      return try call()
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}

/// Throws the last error when a call of the C library did not return 0.
func requireZero(_ result: Int32) throws(Errno) {
  if result != 0 { throw .last }
}
