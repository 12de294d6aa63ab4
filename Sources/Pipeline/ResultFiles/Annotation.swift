import HDF5

/// A remark on how a file came about.
public struct Annotation: Sendable, Equatable {
  /// Name of the attribute.
  public let name: String
  /// Its text.
  public let text: String

  /// Creates a remark.
  ///
  /// - Parameters:
  ///   - name: Name of the attribute.
  ///   - text: Its text.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

extension Annotation {
  /// Reads what a file says beyond its provenance: the text attributes of its root group that are
  /// neither part of every file nor addressed to other software.
  ///
  /// - Parameter root: Root group.
  /// - Returns: Names and texts, by name.
  /// - Throws: `HDF5Error`.
  package static func all(in root: StoredGroup) throws(HDF5Error) -> [Annotation] {
    let known = Provenance.names + ["format", "format_version", "coordinates"]
    var annotations: [Annotation] = []
    for name in try root.attributeNames() where !known.contains(name) {
      do throws(HDF5Error) {
        annotations.append(Annotation(name: name, text: try root.textAttribute(name)))
      } catch .unexpectedType, .unexpectedShape {
        continue
      }
    }
    return annotations
  }
}
