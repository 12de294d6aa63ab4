import Glibc
import SystemPackage

/// A file that is written.
package struct NewFile: ~Copyable {
  private let descriptor: FileDescriptor

  /// Creates a file.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - overwriting: Whether a file of that name is overwritten; otherwise it is an error.
  /// - Throws: Why it cannot be created.
  package init(creating path: String, overwriting: Bool = true) throws(Errno) {
    let options: FileDescriptor.OpenOptions = overwriting ? .truncate : .exclusiveCreate
    descriptor = try Errno.typed {
      unsafe try FileDescriptor.open(
        path, .writeOnly, options: [.create, .closeOnExec, options],
        permissions: FilePermissions(rawValue: 0o666))
    }
  }

  deinit { try? descriptor.close() }

  /// Writes all bytes at a position.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - position: Where in the file.
  /// - Throws: What writing failed with, as on a full disk.
  package func write(_ bytes: RawSpan, at position: Int) throws(Errno) {
    try Errno.typed {
      try unsafe bytes.withUnsafeBytes {
        _ = try unsafe descriptor.writeAll(toAbsoluteOffset: Int64(position), $0)
      }
    }
  }

  /// Waits until all of it is on the disk.
  ///
  /// Calls `fsync`.
  package func synchronize() throws(Errno) { try requireZero(fsync(descriptor.rawValue)) }

  /// Closes the file, which is where a full disk may show.
  package consuming func close() throws(Errno) {
    let descriptor = descriptor
    discard self
    try Errno.typed { try descriptor.close() }
  }

  /// Writes a whole file; one of that name is overwritten.
  ///
  /// - Parameters:
  ///   - bytes: Its bytes.
  ///   - path: Where.
  /// - Throws: What went wrong.
  package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(Errno) {
    let file = try NewFile(creating: path)
    _ = try Errno.typed { try file.descriptor.writeAll(bytes) }
    try file.close()
  }
}

/// Text to a descriptor that the process was started with.
package func writeAll(_ text: String, to descriptor: FileDescriptor) throws(Errno) {
  _ = try Errno.typed { try descriptor.writeAll(Array(text.utf8)) }
}
