/// A group of a file that is read.
public struct StoredGroup: Sendable, StoredObject {
  /// Where it is.
  public let location: StoredLocation

  init(_ header: ObjectHeader, path: String, in objects: ObjectCache) throws(HDF5Error) {
    guard header.isGroup else {
      throw .unexpectedType(path: path, expected: "a group", found: "another kind of object")
    }
    location = StoredLocation(header: header, objects: objects, path: path)
  }

  /// Opens a group in this one.
  ///
  /// - Parameter name: Name or path.
  /// - Returns: The group.
  /// - Throws: `objectMissing`, `unreachable`, `unexpectedType` when it is no group, `damaged`.
  public func group(_ name: String) throws(HDF5Error) -> StoredGroup {
    try StoredGroup(try object(name), path: path(of: name), in: location.objects)
  }

  /// Opens a dataset in this group.
  ///
  /// - Parameter name: Name or path.
  /// - Returns: The dataset.
  /// - Throws: `objectMissing`, `unreachable`, `unexpectedType` when it is no dataset, `damaged`,
  ///   `unsupported`.
  public func dataset(_ name: String) throws(HDF5Error) -> StoredDataset {
    try StoredDataset(try object(name), path: path(of: name), in: location.objects)
  }

  /// Whether a path leads to a dataset.
  ///
  /// - Parameter name: Name or path of an object.
  /// - Returns: True for a dataset, false for another object.
  /// - Throws: `objectMissing`, `unreachable`, `damaged`.
  public func isDataset(_ name: String) throws(HDF5Error) -> Bool { try object(name).isDataset }

  /// Whether a path leads to an object.
  ///
  /// - Parameter name: Name or path.
  /// - Returns: True when it does.
  /// - Throws: `unreachable`, `damaged`.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    try location.objects.find(name.utf8, from: header, path: path(of: name)) != nil
  }

  /// The names of the group's links in ascending byte order.
  ///
  /// - Throws: `damaged`; `invalidText` when a name is not UTF-8.
  public func names() throws(HDF5Error) -> [String] {
    let names = try location.objects.links(of: header).keys.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    return try Self.texts(names, path)
  }

  private func object(_ name: String) throws(HDF5Error) -> ObjectHeader {
    let path = path(of: name)
    guard let object = try location.objects.find(name.utf8, from: header, path: path) else {
      throw .objectMissing(path: path)
    }
    return object
  }

  private func path(of name: String) -> String {
    path.utf8.last == UInt8(ascii: "/") ? path + name : "\(path)/\(name)"
  }
}

extension ObjectHeader {
  /// Whether it is an array.
  var isDataset: Bool { has(.layout) && has(.datatype) && has(.dataspace) }
  /// Whether it holds links.
  var isGroup: Bool { !isDataset && (has(.symbolTable) || has(.linkInfo) || has(.link)) }
}
