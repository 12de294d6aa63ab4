/// Where an object of a file that is read is: its description there, and its path for messages.
public struct StoredLocation: Sendable {
  let header: ObjectHeader
  let objects: ObjectCache
  /// The file and the object in it, such as `G.h5:/factors/0`.
  public let path: String
}

/// A group or dataset of a file that is read: something that carries attributes.
public protocol StoredObject {
  /// Where it is.
  var location: StoredLocation { get }
}

extension StoredObject {
  /// The file and the object in it, such as `G.h5:/factors/0`.
  public var path: String { location.path }
  var header: ObjectHeader { location.header }

  /// Whether there is an attribute of that name.
  ///
  /// - Parameter name: Name of the attribute.
  /// - Returns: True when there is.
  /// - Throws: `damaged`.
  public func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
    try find(name) != nil
  }

  /// The names of all attributes in ascending byte order.
  ///
  /// - Throws: `damaged`; `invalidText` when a name is not UTF-8.
  public func attributeNames() throws(HDF5Error) -> [String] {
    let names = try StoredAttribute.all(of: header).map(\.name)
    return try Self.texts(names.sorted { $0.lexicographicallyPrecedes($1) }, path)
  }

  /// What kind of value an attribute has.
  ///
  /// - Parameter name: Name of the attribute.
  /// - Returns: The kind.
  /// - Throws: `attributeMissing`, `unexpectedShape` when it is not a single value, `damaged`.
  public func attributeKind(_ name: String) throws(HDF5Error) -> ElementKind {
    try single(name).type.kind
  }

  /// Reads a number.
  ///
  /// - Parameters:
  ///   - name: Name of the attribute.
  ///   - type: What to read it as.
  /// - Returns: The number.
  /// - Throws: `attributeMissing`, `unexpectedType`, `unexpectedShape`, `damaged`.
  public func attribute<Scalar: HDF5Scalar>(_ name: String, as type: Scalar.Type = Scalar.self)
    throws(HDF5Error) -> Scalar
  {
    let attribute = try single(name)
    try attribute.type.requireConvertible(
      to: Scalar.scalarType, path: attributePath(name))
    return attribute.type.numbers(in: try attribute.elements())[0]
  }

  /// Reads a string of fixed or variable length.
  ///
  /// - Parameter name: Name of the attribute.
  /// - Returns: The string.
  /// - Throws: `attributeMissing`, `unexpectedType`, `unexpectedShape`, `invalidText`, `damaged`.
  public func textAttribute(_ name: String) throws(HDF5Error) -> String {
    let attribute = try single(name)
    return try texts(of: attribute, attributePath(name))[0]
  }

  /// The strings of an attribute that holds any number of them, or nil when there is none.
  func texts(ofAttribute name: String) throws(HDF5Error) -> [String]? {
    guard let attribute = try find(name) else { return nil }
    return try texts(of: attribute, attributePath(name))
  }

  private func texts(of attribute: StoredAttribute, _ path: String) throws(HDF5Error) -> [String] {
    guard attribute.type.kind == .text else {
      throw .unexpectedType(path: path, expected: "strings", found: attribute.type.words)
    }
    return try attribute.type.texts(in: try attribute.elements(), path: path, file: header.file)
  }

  private func find(_ name: String) throws(HDF5Error) -> StoredAttribute? {
    let bytes = Array(name.utf8)
    return try StoredAttribute.all(of: header).first { $0.name == bytes }
  }

  private func single(_ name: String) throws(HDF5Error) -> StoredAttribute {
    guard let attribute = try find(name) else {
      throw .attributeMissing(path: path, name: name)
    }
    let path = attributePath(name)
    guard let shape = attribute.extents.shape else {
      throw .unexpectedType(path: path, expected: "values", found: "an empty dataspace")
    }
    if shape.contains(where: { $0 != 1 }) {
      throw .unexpectedShape(path: path, expected: "[] (a single value)", found: shape)
    }
    return attribute
  }

  private func attributePath(_ name: String) -> String { "\(path)@\(name)" }

  static func texts(_ names: [[UInt8]], _ path: String) throws(HDF5Error) -> [String] {
    try names.enumerated().map { (index, name) throws(HDF5Error) in
      guard let text = String(validating: name, as: UTF8.self) else {
        throw .invalidText(path: path, index: index)
      }
      return text
    }
  }
}
