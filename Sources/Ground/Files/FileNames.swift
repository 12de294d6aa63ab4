import CFileSystem
import Glibc
import SystemPackage

/// What the file system has for whole files and folders; `swift-system` has none of it.
package enum FileNames {
  /// Gives a file or folder another name; a file that has it is replaced.
  ///
  /// Calls `rename`.
  package static func rename(_ path: String, to other: String) throws(Errno) {
    try requireZero(unsafe Glibc.rename(path, other))
  }

  /// Lets two files or folders change places in one step, where the file system can.
  ///
  /// Calls `renameat2`.
  package static func exchange(_ path: String, with other: String) throws(Errno) {
    let exchange: UInt32 = 2
    try requireZero(unsafe renameat2(AT_FDCWD, path, AT_FDCWD, other, exchange))
  }

  /// Gives a file a second name, which must be free.
  ///
  /// Calls `link`.
  package static func link(_ path: String, as other: String) throws(Errno) {
    try requireZero(unsafe Glibc.link(path, other))
  }

  /// Takes a name from a file.
  ///
  /// Calls `unlink`.
  package static func remove(_ path: String) throws(Errno) {
    try requireZero(unsafe unlink(path))
  }

  /// The absolute path without links, or nil when nothing is there.
  ///
  /// Calls `realpath`.
  package static func real(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Waits until a file, or what a folder lists, is on the disk.
  ///
  /// Calls `fsync`.
  package static func synchronize(_ path: String) throws(Errno) {
    let descriptor = try Errno.typed {
      unsafe try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    }
    defer { try? descriptor.close() }
    do throws(Errno) {
      try requireZero(fsync(descriptor.rawValue))
    } catch  where error != .invalidArgument {
      // Some file systems cannot synchronise a folder and say so with `invalidArgument`.
      throw error
    } catch {}
  }
}

/// Whether a path, without links, lies below a folder.
package func isPath(_ path: String, inside folder: String) -> Bool {
  let (inner, outer) = (FilePath(path), FilePath(folder))
  return inner != outer && inner.starts(with: outer)
}
