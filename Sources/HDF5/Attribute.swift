import CHDF5

extension Located where Self: ~Copyable {
  /// Whether there is an attribute of that name.
  ///
  /// Calls `H5Aexists`.
  ///
  /// - Parameter name: Name of the attribute.
  /// - Returns: True when there is.
  /// - Throws: `callFailed`.
  public func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
    try call("H5Aexists", path) { unsafe H5Aexists(location.id, name) } > 0
  }

  /// The names of all attributes in ascending byte order.
  ///
  /// Calls `H5Aiterate2`.
  ///
  /// - Throws: `callFailed`; `invalidText` when a name is not UTF-8.
  public func attributeNames() throws(HDF5Error) -> [String] {
    try unsafe collectNames("H5Aiterate2", path) { names in
      var position: hsize_t = 0
      return unsafe H5Aiterate2(
        location.id, H5_INDEX_NAME, H5_ITER_INC, &position,
        { _, name, _, names in
          unsafe appendName(name, to: names)
          return 0
        }, names)
    }
  }

  /// What kind of value an attribute has.
  ///
  /// - Parameter name: Name of the attribute.
  /// - Returns: The kind.
  /// - Throws: `attributeMissing`, `unexpectedShape` when it is not a single value, `callFailed`.
  public func attributeKind(_ name: String) throws(HDF5Error) -> ElementKind {
    try Attribute(opening: name, in: location).type().elementKind
  }

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
  ///   - text: The string; what follows a NUL is lost.
  /// - Throws: `callFailed`.
  public func setAttribute(_ name: String, _ text: String) throws(HDF5Error) {
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

  /// Reads a number.
  ///
  /// Calls `H5Aread`.
  ///
  /// - Parameters:
  ///   - name: Name of the attribute.
  ///   - type: What to read it as.
  /// - Returns: The number.
  /// - Throws: `attributeMissing`, `unexpectedType`, `unexpectedShape`, `callFailed`.
  public func attribute<Scalar: HDF5Scalar>(_ name: String, as type: Scalar.Type = Scalar.self)
    throws(HDF5Error) -> Scalar
  {
    let attribute = try Attribute(opening: name, in: location)
    try attribute.type().requireConvertible(to: Scalar.scalarType)
    var value = Scalar.zero
    try call("H5Aread", attribute.path) {
      unsafe withUnsafeMutablePointer(to: &value) {
        unsafe H5Aread(attribute.handle.id, Scalar.scalarType.id, $0)
      }
    }
    return value
  }

  /// Reads a string of fixed or variable length.
  ///
  /// Calls `H5Aread`.
  ///
  /// - Parameter name: Name of the attribute.
  /// - Returns: The string.
  /// - Throws: `attributeMissing`, `unexpectedType`, `unexpectedShape`, `invalidText`, `callFailed`.
  public func textAttribute(_ name: String) throws(HDF5Error) -> String {
    let attribute = try Attribute(opening: name, in: location)
    let type = try attribute.type()
    try type.requireText()
    return try type.isVariableLength
      ? attribute.variableLengthText(in: location) : attribute.fixedLengthText(type)
  }
}

/// An open attribute with a single value.
struct Attribute: ~Copyable {
  /// HDF5 keeps larger attributes apart; none of ours comes near.
  private static let byteLimit = 1 << 20

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

  /// Opens an attribute and checks that it has a single value.
  ///
  /// Calls `H5Aopen`.
  init(opening name: String, in location: Location) throws(HDF5Error) {
    let path = "\(location.path)@\(name)"
    if try call("H5Aexists", path, { unsafe H5Aexists(location.id, name) }) == 0 {
      throw .attributeMissing(path: location.path, name: name)
    }
    let handle = try Handle("H5Aopen", path, closingWith: H5Aclose) {
      unsafe H5Aopen(location.id, name, hid_t(H5P_DEFAULT))
    }
    let shape = try Dataspace(ofAttribute: handle.id, path: path).shape()
    if shape.contains(where: { $0 != 1 }) {
      throw .unexpectedShape(path: path, expected: "[] (a single value)", found: shape)
    }
    self.handle = handle
    self.path = path
  }

  func type() throws(HDF5Error) -> Datatype {
    try Datatype(ofAttribute: handle.id, path: path)
  }

  func variableLengthText(in location: Location) throws(HDF5Error) -> String {
    var heap = try GlobalHeap(ofFileWith: Location(id: location.id, path: path))
    let length = heap.referenceByteCount
    let reference = try readRaw(Datatype(referencesOf: length, path: path), length)
    return try heap.text(reference[...], index: 0)
  }

  func fixedLengthText(_ type: borrowing Datatype) throws(HDF5Error) -> String {
    let byteCount = type.byteCount
    if byteCount > Self.byteLimit {
      throw .implausibleSize(path: path, bytes: byteCount, limit: Self.byteLimit)
    }
    let bytes = try readRaw(type, byteCount)
    guard let text = type.text(ofFixedLength: bytes[...]) else {
      throw .invalidText(path: path, index: 0)
    }
    return text
  }

  private func readRaw(_ type: borrowing Datatype, _ byteCount: Int) throws(HDF5Error) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let typeID = type.handle.id
    try call("H5Aread", path) {
      unsafe bytes.withUnsafeMutableBytes { unsafe H5Aread(handle.id, typeID, $0.baseAddress) }
    }
    return bytes
  }
}
