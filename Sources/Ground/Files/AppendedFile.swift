import SystemPackage

/// A file that grows at its end, each time by one write.
package struct AppendedFile: ~Copyable {
  private let descriptor: FileDescriptor

  /// Opens a file, or creates it.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - byteCount: Bytes of it that are kept; what stands behind them goes.
  /// - Throws: Why it cannot be opened or cut.
  package init(at path: String, keeping byteCount: Int) throws(Errno) {
    let descriptor = try Errno.typed {
      unsafe try FileDescriptor.open(
        path, .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
    }
    do throws(Errno) {
      try Errno.typed { try descriptor.resize(to: Int64(byteCount)) }
    } catch {
      try? descriptor.close()
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { try? descriptor.close() }

  /// Writes at the end.
  ///
  /// - Parameter bytes: What is written.
  /// - Throws: What writing failed with, as on a full disk.
  package func append(_ bytes: [UInt8]) throws(Errno) {
    let descriptor = descriptor
    _ = try Errno.typed { try descriptor.writeAll(bytes) }
  }
}
