import CHDF5

/// An open group.
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

  /// Opens a group in this one.
  ///
  /// - Parameter name: Name or relative path.
  /// - Returns: The open group.
  /// - Throws: `objectMissing`, `unexpectedType` when it is no group, `callFailed`.
  public func group(_ name: String) throws(HDF5Error) -> Group {
    try Group(opening: name, in: location)
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

  /// Whether a path leads to a dataset.
  ///
  /// Calls `H5Oopen` and `H5Iget_type`.
  ///
  /// - Parameter name: Name or relative path of an object.
  /// - Returns: True for a dataset, false for another object.
  /// - Throws: `callFailed`.
  public func isDataset(_ name: String) throws(HDF5Error) -> Bool {
    let object = try Handle("H5Oopen", location.path(of: name), closingWith: H5Oclose) {
      unsafe H5Oopen(handle.id, name, PropertyLists.linkAccess)
    }
    return H5Iget_type(object.id) == H5I_DATASET
  }

  /// Whether a path leads to an object, one link after the other.
  ///
  /// Calls `H5Lexists`.
  ///
  /// - Parameter name: Name or relative path.
  /// - Returns: True when it does.
  /// - Throws: `callFailed`.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    try location.contains(name)
  }

  /// The names of the group's links in ascending byte order.
  ///
  /// Calls `H5Literate`.
  ///
  /// - Throws: `callFailed`; `invalidText` when a name is not UTF-8.
  public func names() throws(HDF5Error) -> [String] {
    try unsafe collectNames("H5Literate", path) { names in
      unsafe suture_h5l_iterate(
        handle.id,
        { name, names in
          unsafe appendName(name, to: names)
          return 0
        }, names)
    }
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
