import Files
import OrderedJSON

/// A small file that is read whole: a configuration, a template, a vocabulary.
package enum Document {
  /// Largest document that is read; the largest tokenizers have some tens of megabytes.
  static let byteLimit = 512 << 20

  /// The bytes of a file.
  static func bytes(at path: String) throws(CheckpointError) -> [UInt8] {
    try CheckpointError.file(path) { () throws(FileFault) in
      try OpenFile.contents(of: path, limit: byteLimit)
    }
  }

  /// A file as JSON.
  package static func json(at path: String) throws(CheckpointError) -> JSONValue {
    let bytes = try bytes(at: path)
    do { return try JSONValue(parsing: bytes) } catch { throw .json(path: path, error) }
  }
}
