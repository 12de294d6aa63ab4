import Files
import Glibc
import SystemPackage

/// The right to make a cell, which the kernel takes back when its process ends, however it ends.
package final class CellLock: Sendable {
  private let descriptor: FileDescriptor

  /// Takes a lock; nil when another process has it.
  ///
  /// Calls `flock`. Programs that are started do not inherit the descriptor.
  ///
  /// - Parameter path: The file that it is on.
  /// - Throws: What opening failed with, as on a full disk.
  init?(_ path: String) throws(Errno) {
    do {
      descriptor = unsafe try FileDescriptor.open(
        path, .readWrite, options: [.create, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
    } catch {
      throw error as? Errno ?? .ioError
    }
    if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
      let error = Errno.last
      try? descriptor.close()
      if error == .wouldBlock { return nil }
      throw error
    }
  }

  deinit { try? descriptor.close() }
}
