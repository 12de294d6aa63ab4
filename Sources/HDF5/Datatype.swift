import CHDF5

/// What kind of elements a dataset or attribute has.
public enum ElementKind: Sendable {
  /// Integers of any width, enumerations included.
  case integer
  /// Floating-point numbers of at most 32 bits.
  case float32
  /// Wider floating-point numbers.
  case float64
  /// Strings.
  case text
  /// Anything else.
  case other
}

/// The type of a dataset's or attribute's elements as the file declares it.
struct Datatype: ~Copyable {
  /// Bytes of the largest number that any machine has.
  private static let largestNumber = 16

  let handle: Handle
  let path: String

  /// The type of a dataset.
  ///
  /// Calls `H5Dget_type`.
  init(ofDataset id: hid_t, path: String) throws(HDF5Error) {
    handle = try Handle("H5Dget_type", path, closingWith: H5Tclose) { H5Dget_type(id) }
    self.path = path
  }

  /// The type of an attribute.
  ///
  /// Calls `H5Aget_type`.
  init(ofAttribute id: hid_t, path: String) throws(HDF5Error) {
    handle = try Handle("H5Aget_type", path, closingWith: H5Tclose) { H5Aget_type(id) }
    self.path = path
  }

  private init(copying id: hid_t, path: String) throws(HDF5Error) {
    handle = try Handle("H5Tcopy", path, closingWith: H5Tclose) { H5Tcopy(id) }
    self.path = path
  }

  /// UTF-8 strings of variable length.
  static func text(path: String) throws(HDF5Error) -> Datatype {
    let type = try Datatype(copying: suture_h5t_c_string(), path: path)
    try call("H5Tset_size", path) { H5Tset_size(type.handle.id, -1) }
    try call("H5Tset_cset", path) { H5Tset_cset(type.handle.id, H5T_CSET_UTF8) }
    return type
  }

  /// References to strings of variable length, as they are in the file.
  init(referencesOf byteCount: Int, path: String) throws(HDF5Error) {
    handle = try Handle("H5Tcreate", path, closingWith: H5Tclose) {
      H5Tcreate(H5T_OPAQUE, byteCount)
    }
    self.path = path
  }

  var classID: H5T_class_t { H5Tget_class(handle.id) }
  var isText: Bool { classID == H5T_STRING }
  var isVariableLength: Bool { H5Tis_variable_str(handle.id) > 0 }
  var byteCount: Int { Int(H5Tget_size(handle.id)) }
  /// Bytes of an element in the file, where a string of variable length is a reference.
  var storedByteCount: Int { isText && isVariableLength ? GlobalHeap.largestReference : byteCount }
  var isPaddedWithSpaces: Bool { H5Tget_strpad(handle.id) == H5T_STR_SPACEPAD }

  /// The kind of element.
  var elementKind: ElementKind {
    switch classID {
    case H5T_INTEGER, H5T_ENUM: .integer
    case H5T_FLOAT: byteCount <= 4 ? .float32 : .float64
    case H5T_STRING: .text
    default: .other
    }
  }

  /// The kind of element in words, for messages.
  var kind: String {
    switch classID {
    case H5T_INTEGER: "integers"
    case H5T_ENUM: "enumerated integers"
    case H5T_FLOAT: "floating-point numbers"
    case H5T_STRING: "strings"
    case H5T_COMPOUND: "compound values"
    default: "values of another type"
    }
  }

  /// Checks that the elements convert to a number without changing their meaning.
  ///
  /// - Parameter type: What the caller wants: floats also accept integers, not the reverse.
  /// - Throws: `unexpectedType`.
  func requireConvertible(to type: ScalarType) throws(HDF5Error) {
    let isInteger = classID == H5T_INTEGER || classID == H5T_ENUM
    let isSuitable = isInteger || (classID == H5T_FLOAT && type.isFloat)
    if isSuitable && byteCount <= Self.largestNumber { return }
    let expected = type.isFloat ? "floating-point numbers" : "integers"
    throw .unexpectedType(path: path, expected: expected, found: "\(kind) of \(byteCount) bytes")
  }

  /// Checks that the elements are strings.
  ///
  /// - Throws: `unexpectedType`.
  func requireText() throws(HDF5Error) {
    if !isText { throw .unexpectedType(path: path, expected: "strings", found: kind) }
  }
}
