import CHDF5

extension Located where Self: ~Copyable {
  /// Writes a number.
  ///
  /// Calls `H5Awrite`.
  ///
  /// - Parameters:
  ///   - name: Name of the attribute, which must be new.
  ///   - value: The number.
  /// - Throws: `callFailed`.
  public func setAttribute<Scalar: HDF5Scalar>(_ name: String, _ value: Scalar)
    throws(HDF5Error)
  {
    let attribute = try Attribute(creating: name, Scalar.scalarType.id, in: location)
    try call("H5Awrite", attribute.path) {
      unsafe withUnsafePointer(to: value) { value in
        unsafe H5Awrite(attribute.handle.id, Scalar.scalarType.id, value)
      }
    }
  }

  /// Writes a UTF-8 string of variable length.
  ///
  /// Calls `H5Awrite`.
  ///
  /// - Parameters:
  ///   - name: Name of the attribute, which must be new.
  ///   - text: The string.
  /// - Throws: `textHoldsNUL`, `callFailed`.
  public func setAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    if text.utf8.contains(0) { throw .textHoldsNUL(path: "\(path)@\(name)", text: text) }
    let type = try Datatype.text(path: path)
    let attribute = try Attribute(creating: name, type.handle.id, in: location)
    try call("H5Awrite", attribute.path) {
      unsafe text.withCString { text in
        unsafe withUnsafePointer(to: text) {
          unsafe H5Awrite(attribute.handle.id, type.handle.id, $0)
        }
      }
    }
  }
}

/// A new attribute with a single value.
struct Attribute: ~Copyable {
  let handle: Handle
  let path: String

  /// Creates an attribute with a single value.
  ///
  /// Calls `H5Acreate2`.
  init(creating name: String, _ type: hid_t, in location: Location) throws(HDF5Error) {
    let path = "\(location.path)@\(name)"
    let space = try Dataspace(shape: [], path: path)
    handle = try Handle("H5Acreate2", path, closingWith: H5Aclose) {
      unsafe H5Acreate2(
        location.id, name, type, space.handle.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    self.path = path
  }
}
