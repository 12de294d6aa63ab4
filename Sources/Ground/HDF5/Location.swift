import CHDF5

/// Where an object is: its identifier for the library, its file and path for messages.
public struct Location: Sendable {
  let id: hid_t
  /// The file and the object in it, such as `G.h5:/factors/0`.
  public let path: String
}

/// A group or dataset: something that carries attributes.
public protocol Located: ~Copyable {
  /// Where it is.
  var location: Location { get }
}

extension Located where Self: ~Copyable {
  /// The file and the object in it, such as `G.h5:/factors/0`.
  public var path: String { location.path }
}

extension Location {
  func path(of name: String) -> String {
    if name.utf8.first == UInt8(ascii: "/") { return path + name }
    return path.utf8.last == UInt8(ascii: "/") ? path + name : "\(path)/\(name)"
  }
}

extension Handle {
  /// Opens an object and checks what it is.
  ///
  /// Calls `H5Oopen`.
  ///
  /// - Parameters:
  ///   - name: Name or path.
  ///   - parent: What the name is relative to.
  ///   - kind: What the object must be.
  ///   - expected: The same in words.
  /// - Throws: `unexpectedType`, `callFailed`.
  init(
    opening name: String, in parent: Location, as kind: H5I_type_t, called expected: String
  ) throws(HDF5Error) {
    let path = parent.path(of: name)
    let handle = try Handle("H5Oopen", path, closingWith: H5Oclose) {
      unsafe H5Oopen(parent.id, name, hid_t(H5P_DEFAULT))
    }
    if H5Iget_type(handle.id) != kind {
      throw .unexpectedType(path: path, expected: expected, found: "another kind of object")
    }
    self = handle
  }
}
