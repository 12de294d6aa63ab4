import CHDF5
import Glibc

/// An open HDF5 file.
///
/// Groups and datasets must be closed (go out of scope) before the file. A writer calls `close()`,
/// which tells when the disk is full; without it the file is closed silently.
public struct File: ~Copyable, Sendable {
  /// The file's path.
  public let path: String
  /// The root group, through which everything in the file is reached.
  public let root: Group
  private let handle: Handle

  /// Creates a file for writing; one of that name is overwritten.
  ///
  /// Calls `H5Fcreate`.
  ///
  /// - Parameter path: Where.
  /// - Throws: `cannotCreate`.
  public init(creating path: String) throws(HDF5Error) {
    let handle: Handle
    do throws(HDF5Error) {
      handle = try Handle("H5Fcreate", path, closingWith: H5Fclose) {
        unsafe H5Fcreate(
          path, suture_h5f_truncate(), PropertyLists.fileCreation, PropertyLists.fileWriting)
      }
    } catch {
      throw .cannotCreate(path: path, frames: error.frames)
    }
    try self.init(path: path, handle: handle)
  }

  /// Opens a file for reading.
  ///
  /// Calls `H5Fopen`.
  ///
  /// - Parameter path: Where.
  /// - Throws: `fileMissing`, `notRegularFile`, `cannotOpen`, `notHDF5`, `callFailed` when the
  ///   file is damaged.
  public init(opening path: String) throws(HDF5Error) {
    try Self.requireRegularFile(path)
    let handle: Handle
    do throws(HDF5Error) {
      handle = try Handle("H5Fopen", path, closingWith: H5Fclose) {
        unsafe H5Fopen(path, suture_h5f_read_only(), PropertyLists.fileReading)
      }
    } catch {
      throw Self.reasonForRefusal(of: path, error)
    }
    try self.init(path: path, handle: handle)
  }

  private init(path: String, handle: consuming Handle) throws(HDF5Error) {
    let id = handle.id
    let root = try Group(opening: "/", in: Location(id: id, path: "\(path):"))
    self.path = path
    self.root = root
    self.handle = handle
  }

  /// Writes what is still in memory and closes the file.
  ///
  /// Calls `H5Fflush` and `H5Fclose`.
  ///
  /// - Throws: `callFailed`, as when the disk is full.
  public consuming func close() throws(HDF5Error) {
    let id = handle.id
    try call("H5Fflush", path) { H5Fflush(id, H5F_SCOPE_LOCAL) }
    try root.handle.close("H5Oclose", path)
    try handle.close("H5Fclose", path)
  }

  /// Opening a pipe would wait for its writer, so only regular files are opened.
  private static func requireRegularFile(_ path: String) throws(HDF5Error) {
    var status = stat()
    if unsafe stat(path, &status) != 0 {
      if errno == ENOENT || errno == ENOTDIR { throw .fileMissing(path: path) }
      let reason = HDF5Error.Frame(function: "stat", description: "errno = \(errno)")
      throw .cannotOpen(path: path, frames: [reason])
    }
    if status.st_mode & S_IFMT != S_IFREG { throw .notRegularFile(path: path) }
  }

  private static func reasonForRefusal(of path: String, _ error: HDF5Error) -> HDF5Error {
    if error.systemErrorNumber != nil { return .cannotOpen(path: path, frames: error.frames) }
    Library.prepare()
    return unsafe H5Fis_hdf5(path) == 0 ? .notHDF5(path: path) : error
  }
}
