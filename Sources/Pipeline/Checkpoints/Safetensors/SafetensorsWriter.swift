import Files
import LinearAlgebra
import OrderedJSON

/// Writes a safetensors file one tensor, or a part of one, at a time.
///
/// The header comes first, so all tensors are declared at the start; their values may then come in
/// any order, and no more than one part is in memory. The layout is that of Hugging Face's writer:
/// tensors with larger elements first, then by name, so that the bytes are the same too.
public final class SafetensorsWriter {
  private let path: String
  private let file: ReplacementFile
  private var pending: [ExactString: Pending] = [:]

  private struct Pending {
    let descriptor: TensorDescriptor
    let position: Int
    var missingRows: Int
  }

  /// Creates the file.
  ///
  /// - Parameters:
  ///   - path: The file; it has that name once it is complete.
  ///   - tensors: All tensors, each with a name of its own, of types F32, F16 or BF16 and at most
  ///     two dimensions.
  /// - Throws: `CheckpointError.tensor` for other types and shapes, `.file` when the file cannot be
  ///   created or written.
  public init(creating path: String, tensors: [TensorDescriptor]) throws(CheckpointError) {
    for descriptor in tensors { try Self.checkWritable(descriptor, path) }
    self.path = path
    file = try CheckpointError.file(path) { () throws(FileFault) in
      try ReplacementFile(replacing: path)
    }
    let entries = Self.sorted(tensors)
    let header = Self.header(entries)
    for entry in entries {
      let previous = pending.updateValue(
        Pending(
          descriptor: entry.descriptor, position: header.count + entry.offset,
          missingRows: entry.descriptor.rows),
        forKey: ExactString(entry.descriptor.name))
      precondition(previous == nil, "two tensors named \(entry.descriptor.name)")
    }
    try write(unsafe header.span.bytes, at: 0)
  }

  /// Writes rows of a tensor, rounded to the nearest number of its type, ties to even.
  ///
  /// - Parameters:
  ///   - values: The rows; a tensor of one dimension is one row.
  ///   - name: Name of the tensor.
  ///   - atRow: Row of the tensor where the first goes.
  /// - Throws: `CheckpointError.file` when writing fails.
  public func write(
    _ values: borrowing Matrix, to name: String, atRow: Int = 0
  ) throws(CheckpointError) {
    guard var entry = pending[ExactString(name)] else {
      // The caller declared the names itself; none comes from a file.
      preconditionFailure("no tensor \(name) was declared")
    }
    let descriptor = entry.descriptor
    precondition(
      values.columns == descriptor.columns && atRow >= 0
        && atRow + values.rows <= descriptor.rows && values.rows <= entry.missingRows,
      "\(values.rows) x \(values.columns) into \(descriptor.shape) at row \(atRow)")
    if values.count == 0 { return }
    let rowSize = values.columns * descriptor.elementType.bytesPerBlock
    try write(values.span, as: descriptor.elementType, at: entry.position + atRow * rowSize)
    entry.missingRows -= values.rows
    pending[ExactString(name)] = entry
  }

  /// Gives the file its name; every row of every tensor must have been written.
  ///
  /// - Throws: `CheckpointError.file` when writing fails.
  public func finish() throws(CheckpointError) {
    for entry in pending.values where entry.descriptor.columns > 0 {
      precondition(
        entry.missingRows == 0,
        "\(entry.missingRows) rows of \(entry.descriptor.name) were not written")
    }
    try CheckpointError.file(path) { () throws(FileFault) in try file.finish() }
  }

  private func write(_ bytes: RawSpan, at position: Int) throws(CheckpointError) {
    do throws(FileFault) {
      try file.write(bytes, at: position)
    } catch {
      throw .file(path: path, error)
    }
  }

  private func write(
    _ values: Span<Float>, as type: ElementType, at position: Int
  ) throws(CheckpointError) {
    if type == .f32 {
      try write(unsafe values.bytes, at: position)
      return
    }
    // A piece at a time, so that the copy stays small.
    let pieceSize = 1 << 16
    for start in stride(from: 0, to: values.count, by: pieceSize) {
      let halves = (start..<min(start + pieceSize, values.count)).map { index in
        type == .f16 ? values[index].halfBits : values[index].bfloat16Bits
      }
      try write(unsafe halves.span.bytes, at: position + 2 * start)
    }
  }

  // MARK: Header

  private struct Entry {
    let descriptor: TensorDescriptor
    let offset: Int
    let byteCount: Int
  }

  private static func checkWritable(
    _ descriptor: TensorDescriptor, _ path: String
  ) throws(CheckpointError) {
    let name = descriptor.name
    guard [.f32, .f16, .bf16].contains(descriptor.elementType) else {
      throw .tensor(path: path, name: name, .unsupportedType(descriptor.elementType))
    }
    guard descriptor.shape.count <= 2 else {
      throw .tensor(path: path, name: name, .notAMatrix(shape: descriptor.shape))
    }
  }

  /// The tensors in the order of the file: by type, from F32 over BF16 to F16, then by name.
  private static func sorted(_ tensors: [TensorDescriptor]) -> [Entry] {
    let order: [ElementType] = [.f32, .bf16, .f16]
    let sorted = tensors.sorted { left, right in
      left.elementType == right.elementType
        ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        : (order.firstIndex(of: left.elementType) ?? 0)
          < (order.firstIndex(of: right.elementType) ?? 0)
    }
    var offset = 0
    return sorted.map { descriptor in
      let byteCount = descriptor.rows * descriptor.columns * descriptor.elementType.bytesPerBlock
      defer { offset += byteCount }
      return Entry(descriptor: descriptor, offset: offset, byteCount: byteCount)
    }
  }

  private static func header(_ entries: [Entry]) -> [UInt8] {
    var object = JSONObject()
    object["__metadata__"] = ["format": "pt"]
    let members = entries.map { entry in
      JSONObject.Member(
        key: entry.descriptor.name,
        value: [
          "dtype": .string(entry.descriptor.elementType.rawValue),
          "shape": .array(entry.descriptor.shape.map { .integer($0) }),
          "data_offsets": [.integer(entry.offset), .integer(entry.offset + entry.byteCount)],
        ])
    }
    var json = Array(JSONValue.object(JSONObject(object.members + members)).text().utf8)
    json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
    let length = UInt64(json.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json
  }
}
