import Glibc

/// The bytes of a file, read at positions that were checked, and the width of the numbers in it.
///
/// Files are read and not mapped: one that is shortened meanwhile is an error and no signal.
final class FileBytes: Sendable {
  let path: String
  /// Bytes from the superblock to the end; addresses count from the superblock.
  let byteCount: Int
  /// Bytes of an address.
  let addressWidth: Int
  /// Bytes of a length.
  let lengthWidth: Int
  private let origin: Int
  private let descriptor: Descriptor

  init(
    _ descriptor: Descriptor, path: String, origin: Int, byteCount: Int, addressWidth: Int,
    lengthWidth: Int
  ) {
    self.descriptor = descriptor
    self.path = path
    self.origin = origin
    self.byteCount = byteCount
    self.addressWidth = addressWidth
    self.lengthWidth = lengthWidth
  }

  /// Checks that a part is inside the file.
  ///
  /// - Throws: `damaged`.
  func require(_ count: Int, at address: Int, of structure: String) throws(HDF5Error) {
    guard count >= 0, address >= 0, address <= byteCount, count <= byteCount - address else {
      throw damaged(structure, at: address, "reaches past the end of the file")
    }
  }

  /// Some bytes.
  ///
  /// - Throws: `damaged` when they are not inside the file, `callFailed` when reading fails.
  func read(_ count: Int, at address: Int, of structure: String) throws(HDF5Error) -> [UInt8] {
    try require(count, at: address, of: structure)
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      try unsafe fill(UnsafeMutableRawBufferPointer(buffer), at: address, of: structure)
    }
    return bytes
  }

  /// The same into memory that is there.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at address: Int, of structure: String)
    throws(HDF5Error)
  {
    try require(buffer.count, at: address, of: structure)
    guard try unsafe descriptor.fill(buffer, at: origin + address, path) else {
      throw damaged(structure, at: address, "reaches past the end of the file")
    }
  }

  /// A structure of known size.
  func cursor(_ count: Int, at address: Int, of structure: String) throws(HDF5Error) -> Cursor {
    Cursor(try read(count, at: address, of: structure), of: structure, at: address, in: self)
  }

  func damaged(_ structure: String, at address: Int, _ reason: String) -> HDF5Error {
    .damaged(path: path, structure: structure, address: address, reason: reason)
  }
}

/// The owner of a file descriptor.
final class Descriptor: Sendable {
  let byteCount: Int
  private let number: Int32

  /// Opens a regular file.
  ///
  /// Calls `open` and `fstat`. Without `O_NONBLOCK` a pipe that nobody writes would block for ever.
  init(opening path: String) throws(HDF5Error) {
    if path.utf8.contains(0) { throw .fileMissing(path: path) }
    number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if number < 0 {
      if errno == ENOENT || errno == ENOTDIR { throw .fileMissing(path: path) }
      if errno == ENXIO { throw .notRegularFile(path: path) }
      throw .cannotOpen(path: path, frames: [.system("open")])
    }
    var status = stat()
    let result = unsafe fstat(number, &status)
    let isRegular = result == 0 && status.st_mode & S_IFMT == S_IFREG
    if !isRegular {
      close(number)
      throw .notRegularFile(path: path)
    }
    byteCount = status.st_size
  }

  deinit { close(number) }

  /// Reads at a position; false when the file ends before.
  ///
  /// Calls `pread`.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at position: Int, _ path: String)
    throws(HDF5Error) -> Bool
  {
    var filled = 0
    while filled < buffer.count {
      let count = unsafe pread(
        number, buffer.baseAddress.map { unsafe $0 + filled }, buffer.count - filled,
        off_t(position) &+ off_t(filled))
      if count < 0 && errno == EINTR { continue }
      if count < 0 {
        throw .callFailed(operation: "pread", path: path, frames: [.system("pread")])
      }
      if count == 0 { return false }
      filled += count
    }
    return true
  }
}

extension HDF5Error.Frame {
  /// The error of the system call that has just failed, as HDF5's driver words it.
  static func system(_ function: String) -> Self {
    Self(function: function, description: "errno = \(errno)")
  }
}
