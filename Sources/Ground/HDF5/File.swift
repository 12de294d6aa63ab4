import CHDF5

/// An HDF5 file that is written; `StoredFile` reads.
///
/// Groups and datasets must be closed (go out of scope) before the file. A writer calls `close()`,
/// which tells when the disk is full; without it the file is closed silently.
public struct File: ~Copyable, Sendable {
  /// The file's path.
  public let path: String
  /// The root group.
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
}
