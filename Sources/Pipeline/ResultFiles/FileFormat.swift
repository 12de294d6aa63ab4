import HDF5

/// The name and version of one of our file formats: attributes of the root group.
package struct FileFormat: Sendable, Equatable {
  /// Name, such as `suture-gradients`.
  package let name: String
  /// Version that is written, and the only one that is read.
  package let version: Int64

  /// Creates a format.
  package init(name: String, version: Int64) {
    self.name = name
    self.version = version
  }

  /// Writes name and version.
  ///
  /// - Parameter root: Root group of a new file.
  /// - Throws: `HDF5Error.callFailed`.
  package func write(to root: borrowing Group) throws(HDF5Error) {
    try root.setAttribute("format", name)
    try root.setAttribute("format_version", version)
  }

  /// Checks that a file is of this format.
  ///
  /// - Parameter root: Root group.
  /// - Throws: `HDF5Error.attributeMissing`, `HDF5Error.invalidValue`.
  package func require(in root: StoredGroup) throws(HDF5Error) {
    let found = try Self(of: root)
    if !found.name.utf8.elementsEqual(name.utf8) {
      throw .invalidValue(
        path: "\(root.path)@format", expected: "'\(name)'", found: "'\(found.name)'")
    }
    if found.version != version {
      throw .invalidValue(
        path: "\(root.path)@format_version", expected: "version \(version)",
        found: "version \(found.version)")
    }
  }

  /// The format that a file says it has.
  ///
  /// - Parameter root: Root group.
  /// - Throws: `HDF5Error.attributeMissing`, `HDF5Error.unexpectedType`.
  package init(of root: StoredGroup) throws(HDF5Error) {
    name = try root.textAttribute("format")
    version = try root.attribute("format_version")
  }
}

extension FileFormat {
  /// How subspaces lie to each other.
  package static let comparison = FileFormat(name: "suture-comparison", version: 1)
  /// The numbers of a sweep.
  package static let sweep = FileFormat(name: "suture-sweep", version: 1)
}
