import Files
import OrderedJSON

/// A GGUF file, memory-mapped.
///
/// All numbers are little-endian; a string is its length (uint64) and that many bytes of UTF-8.
///
///     1. "GGUF", version (uint32: 2 or 3), number of tensors and of pairs (uint64 each)
///     2. each pair: key (string), type (uint32), value; an array is the type of its elements
///        (uint32), their number (uint64) and the elements
///     3. each tensor: name (string), number of dimensions (uint32), sizes with the fastest first
///        (uint64 each), element type (uint32), position in the data (uint64)
///     4. zeros up to a multiple of the alignment (`general.alignment`, else 32)
///     5. the data; each tensor starts at a multiple of the alignment
///
/// Names, order of rows and offsets of norm weights are the file's own: `GGUFModel` translates.
package final class GGUFFile: Sendable {
  /// The first four bytes of every GGUF file.
  static let magic = Array("GGUF".utf8)

  /// The key/value pairs in the order of the file.
  package let metadata: JSONObject
  /// The tensors under the names of the file, sizes with the slowest first.
  package let tensors: TensorTable

  /// Opens a file and checks everything but the values.
  ///
  /// - Parameter path: The file.
  /// - Throws: `CheckpointError.file` or `.gguf`.
  package init(opening path: String) throws(CheckpointError) {
    let file = try CheckpointError.file(path) { () throws(FileFault) in
      try MappedFile(opening: path)
    }
    do throws(GGUFFault) {
      var cursor = GGUFCursor(file)
      let counts = try Self.readHeader(&cursor)
      let metadata = try GGUFMetadata(counts.pairs, from: &cursor)
      self.metadata = JSONObject(metadata.members)
      if let parts = self.metadata["split.count"]?.integerValue, parts > 1 {
        throw GGUFFault.split(count: parts)
      }
      tensors = try GGUFTensorInfos(counts.tensors, from: &cursor)
        .table(of: file, headerEnd: cursor.offset, alignment: metadata.alignment)
    } catch {
      throw .gguf(path: path, error)
    }
  }

  private static func readHeader(
    _ cursor: inout GGUFCursor
  ) throws(GGUFFault) -> (tensors: Int, pairs: Int) {
    guard cursor.remaining >= magic.count else { throw .wrongMagic }
    for byte in magic where try cursor.read(UInt8.self, "the magic number") != byte {
      throw .wrongMagic
    }
    let version = try cursor.read(UInt32.self, "the version")
    guard version == 2 || version == 3 else {
      throw version & 0xffff == 0 && version != 0 ? .bigEndian : .unsupportedVersion(version)
    }
    // A tensor takes at least a name, a dimension count, a type and a position, a pair at least a
    // key, a type and one byte.
    let tensors = try cursor.readCount(of: "tensors", minimum: 24)
    let pairs = try cursor.readCount(of: "metadata pairs", minimum: 13)
    return (tensors, pairs)
  }
}
