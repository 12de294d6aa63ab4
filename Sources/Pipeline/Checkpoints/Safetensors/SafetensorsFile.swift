import Files

/// A safetensors file, memory-mapped.
///
/// The file is
///
///     8 bytes   n, length of the header, little-endian
///     n bytes   the header: a JSON object, padded with spaces
///     the rest  the values, little-endian, row-major
///
/// The header maps each name to `{"dtype": "F32", "shape": [rows, columns], "data_offsets":
/// [start, end]}`, positions in the rest. As in Hugging Face's own reader the tensors must cover
/// the rest from its first to its last byte with neither gap nor overlap, so a file cannot hide
/// bytes nor give them twice. `__metadata__` may hold strings.
package final class SafetensorsFile: Sendable {
  /// The tensors, in the order of their values.
  package let tensors: TensorTable

  /// Opens a file and checks its header.
  ///
  /// - Parameter path: The file.
  /// - Throws: `CheckpointError.file` or `.safetensors`.
  package init(opening path: String) throws(CheckpointError) {
    let file = try CheckpointError.file(path) { () throws(FileFault) in
      try MappedFile(opening: path)
    }
    do {
      tensors = try SafetensorsHeader(reading: file).table(of: file)
    } catch {
      throw .safetensors(path: path, error)
    }
  }
}
