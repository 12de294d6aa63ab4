import Glibc
import SystemPackage

/// A file open for reading.
package struct OpenFile: ~Copyable, Sendable {
  /// Its size when it was opened.
  package let byteCount: Int
  let descriptor: FileDescriptor

  /// Opens a regular file.
  ///
  /// A pipe with a name of its own would have to be waited for, perhaps for ever, and a device may
  /// never end: both are refused.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - orGivenPipe: Whether it may also be a pipe that this process was given, as by `<(...)` of a
  ///     shell.
  /// - Throws: `missing`, `unreadable`, `isFolder`, `notRegular`, `unusablePath` or `readFailed`.
  package init(reading path: String, orGivenPipe: Bool = false) throws(FileFault) {
    guard !path.utf8.contains(0) else { throw .unusablePath }
    let descriptor = try Self.descriptor(of: path)
    do throws(FileFault) {
      let isGiven = orGivenPipe && Self.isGiven(path)
      byteCount = try Self.size(of: descriptor, isGiven: isGiven)
      self.descriptor = descriptor
    } catch {
      try? descriptor.close()
      throw error
    }
  }

  deinit { try? descriptor.close() }

  private static func descriptor(of path: String) throws(FileFault) -> FileDescriptor {
    do throws(Errno) {
      // Without `nonBlocking` a pipe that nobody writes would block here for ever.
      return try Errno.typed {
        unsafe try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      }
    } catch {
      throw error == .noSuchFileOrDirectory ? .missing : .unreadable(error)
    }
  }

  private static func isGiven(_ path: String) -> Bool {
    ["/dev/fd/", "/proc/self/fd/", "/dev/stdin"].contains { path.hasPrefix($0) }
  }

  private static func size(of descriptor: FileDescriptor, isGiven: Bool) throws(FileFault) -> Int {
    let status: Stat
    do { status = try Stat(descriptor) } catch { throw .readFailed(error) }
    switch status.type {
    case .regular: break
    case .fifo where isGiven: _ = fcntl(descriptor.rawValue, F_SETFL, 0)
    case .directory: throw .isFolder
    default: throw .notRegular
    }
    return Int(status.size)
  }
}

extension OpenFile {
  /// The next bytes, at most `limit` of them; none at the end.
  package func read(upTo limit: Int) throws(Errno) -> [UInt8] {
    try unsafe read(upTo: limit) { try unsafe descriptor.read(into: $0) }
  }

  /// Reads bytes at a position into memory that is there.
  ///
  /// - Parameters:
  ///   - buffer: Where they go.
  ///   - position: Where they are in the file.
  /// - Returns: Whether the file did not end before the buffer was full.
  /// - Throws: What reading failed with.
  package func fill(_ buffer: UnsafeMutableRawBufferPointer, at position: Int) throws(Errno) -> Bool
  {
    try Errno.typed {
      var filled = 0
      while filled < buffer.count {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let count = try unsafe descriptor.read(
          fromAbsoluteOffset: Int64(position) &+ Int64(filled), into: rest)
        if count == 0 { return false }
        filled += count
      }
      return true
    }
  }

  /// Refuses a file that only stands for one that was not fetched; a pipe never does.
  ///
  /// - Throws: `gitLFSPointer`.
  package func refusePointer() throws(FileFault) {
    let start = unsafe try? read(upTo: GitLFSPointer.byteCount) {
      try unsafe descriptor.read(fromAbsoluteOffset: 0, into: $0)
    }
    if let start, GitLFSPointer.begins(start) { throw .gitLFSPointer }
  }

  private func read(upTo limit: Int, _ call: (UnsafeMutableRawBufferPointer) throws -> Int)
    throws(Errno) -> [UInt8]
  {
    try Errno.typed {
      try unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        count = try unsafe call(UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }

  /// A whole file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - orGivenPipe: Whether it may also be a pipe that this process was given.
  ///   - limit: Bytes that it may have at most.
  /// - Returns: Its bytes.
  /// - Throws: `FileFault`; `gitLFSPointer` when it stands for a file that was not fetched.
  package static func contents(
    of path: String, orGivenPipe: Bool = false, limit: Int = .max
  ) throws(FileFault) -> [UInt8] {
    let file = try OpenFile(reading: path, orGivenPipe: orGivenPipe)
    try file.refusePointer()
    guard file.byteCount <= limit else {
      throw .tooLarge(byteCount: file.byteCount, limit: limit)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(file.byteCount)
    // Files of /proc have bytes although their size is 0.
    while true {
      let part: [UInt8]
      do { part = try file.read(upTo: 1 << 18) } catch { throw .readFailed(error) }
      if part.isEmpty { return bytes }
      bytes += part
      guard bytes.count <= limit else { throw .tooLarge(byteCount: bytes.count, limit: limit) }
    }
  }
}
