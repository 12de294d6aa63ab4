import LinearAlgebra
import OrderedCollections

/// The tensors of a checkpoint by name, in the order of the file.
package struct TensorTable: Sendable {
  /// What the tensors are part of, for messages.
  package let path: String
  private var byName: OrderedDictionary<ExactString, StoredTensor> = [:]

  init(path: String) { self.path = path }

  /// All tensors in order.
  var tensors: OrderedDictionary<ExactString, StoredTensor>.Values { byName.values }

  /// Adds a tensor unless there is one of its name.
  ///
  /// - Returns: Whether it was added.
  mutating func insert(_ tensor: StoredTensor) -> Bool {
    let key = ExactString(tensor.descriptor.name)
    if byName[key] != nil { return false }
    byName[key] = tensor
    return true
  }

  /// The same tensors, some under other names; one whose new name is taken keeps its own.
  func renaming(_ newName: (String) -> String?) -> TensorTable {
    var table = TensorTable(path: path)
    for var tensor in tensors {
      if let name = newName(tensor.descriptor.name), self[name] == nil {
        tensor.descriptor.name = name
      }
      _ = table.insert(tensor)
    }
    return table
  }

  /// All names in order.
  package var names: [String] { tensors.map(\.descriptor.name) }

  /// The tensor of this name, or nil.
  package subscript(name: String) -> StoredTensor? {
    byName[ExactString(name)]
  }

  /// The tensor of this name, which must be there.
  package func tensor(named name: String) throws(CheckpointError) -> StoredTensor {
    guard let tensor = self[name] else { throw .tensor(path: path, name: name, .missing) }
    return tensor
  }

  /// All values of a tensor as a matrix: one row for up to one dimension.
  package func matrix(named name: String) throws(CheckpointError) -> Matrix {
    try tensor(named: name).matrix()
  }

  /// The values of a tensor of type I64.
  package func readInt64s(_ name: String) throws(CheckpointError) -> [Int] {
    try integers(name, as: Int64.self, type: .i64)
  }

  /// The values of a tensor of type U8.
  package func readUInt8s(_ name: String) throws(CheckpointError) -> [UInt8] {
    try integers(name, as: UInt8.self, type: .u8).map(UInt8.init)
  }

  private func integers<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ name: String, as integer: Integer.Type, type: ElementType
  ) throws(CheckpointError) -> [Int] {
    let tensor = try tensor(named: name)
    guard tensor.descriptor.elementType == type else {
      throw .tensor(path: path, name: name, .unsupportedType(tensor.descriptor.elementType))
    }
    return tensor.withBytes { bytes in
      stride(from: 0, to: bytes.byteCount, by: MemoryLayout<Integer>.size).map {
        Int(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: $0, as: Integer.self))
      }
    }
  }
}
