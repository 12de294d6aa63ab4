import Files
import SystemPackage

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

/// A file open for reading, with its failures as those of HDF5's driver.
final class Descriptor: Sendable {
  var byteCount: Int { file.byteCount }
  private let file: OpenFile

  /// Opens a regular file.
  init(opening path: String) throws(HDF5Error) {
    do throws(FileFault) {
      file = try OpenFile(reading: path)
    } catch {
      switch error {
      case .missing, .unusablePath, .unreadable(.notDirectory): throw .fileMissing(path: path)
      case .unreadable(let error) where error != .noSuchAddressOrDevice:
        throw .cannotOpen(path: path, frames: [.system("open", error)])
      default: throw .notRegularFile(path: path)
      }
    }
  }

  /// Reads at a position; false when the file ends before.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at position: Int, _ path: String)
    throws(HDF5Error) -> Bool
  {
    do throws(Errno) {
      return try unsafe file.fill(buffer, at: position)
    } catch {
      throw .callFailed(operation: "pread", path: path, frames: [.system("pread", error)])
    }
  }
}

extension HDF5Error.Frame {
  /// The error of a system call, as HDF5's driver words it.
  fileprivate static func system(_ function: String, _ error: Errno) -> Self {
    Self(function: function, description: "errno = \(error.rawValue)")
  }
}
