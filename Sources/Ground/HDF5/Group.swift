import CHDF5

/// A group of a file that is written.
public struct Group: ~Copyable, Sendable, Located {
  /// Where it is.
  public let location: Location
  let handle: Handle

  /// Opens a group.
  ///
  /// Calls `H5Oopen`.
  init(opening name: String, in parent: Location) throws(HDF5Error) {
    let handle = try Handle(opening: name, in: parent, as: H5I_GROUP, called: "a group")
    location = Location(id: handle.id, path: parent.path(of: name))
    self.handle = handle
  }

  private init(creating name: String, in parent: Location) throws(HDF5Error) {
    let path = parent.path(of: name)
    let handle = try Handle("H5Gcreate2", path, closingWith: H5Oclose) {
      unsafe H5Gcreate2(
        parent.id, name, hid_t(H5P_DEFAULT), PropertyLists.groupCreation, hid_t(H5P_DEFAULT))
    }
    location = Location(id: handle.id, path: path)
    self.handle = handle
  }

  /// Creates a group in this one.
  ///
  /// Calls `H5Gcreate2`.
  ///
  /// - Parameter name: Its name, which must be new.
  /// - Returns: The open group.
  /// - Throws: `callFailed`.
  public func createGroup(_ name: String) throws(HDF5Error) -> Group {
    try Group(creating: name, in: location)
  }

  /// Opens a dataset in this group.
  ///
  /// - Parameter name: Name or relative path.
  /// - Returns: The open dataset.
  /// - Throws: `objectMissing`, `unexpectedType` when it is no dataset, `callFailed`.
  public func dataset(_ name: String) throws(HDF5Error) -> Dataset {
    try Dataset(opening: name, in: location)
  }

  /// Gives an object of the file another name: a hard link.
  ///
  /// Calls `H5Lcreate_hard`.
  ///
  /// - Parameters:
  ///   - name: The new name in this group.
  ///   - target: Absolute path of the object, such as `/factors/0/layers.0.mlp.up_proj/input`.
  /// - Throws: `callFailed`.
  public func link(_ name: String, to target: String) throws(HDF5Error) {
    try call("H5Lcreate_hard", location.path(of: name)) {
      unsafe H5Lcreate_hard(
        handle.id, target, handle.id, name, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
  }
}
