import Files
import LinearAlgebra

/// A tensor inside a mapped file and what has to be done to its values on the way to float32.
///
/// Reading is free of shared state: any number of threads may convert rows of one tensor.
package struct StoredTensor: Sendable {
  /// Name, shape and storage.
  package var descriptor: TensorDescriptor
  let file: MappedFile
  /// Where the values are in the file.
  let byteRange: Range<Int>
  /// What the file calls the type of the elements where this reader does not know it.
  var unknownType: String?
  /// How the stored rows are ordered.
  var rowOrder: RowOrder = .asNamed
  /// Added to every value.
  var shift: Float = 0

  /// Lends the stored bytes.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try file.withBytes(in: byteRange, body)
  }

  /// All values as a matrix: one row for up to one dimension.
  ///
  /// - Throws: `CheckpointError.tensor` for types and shapes that cannot be read.
  package func matrix() throws(CheckpointError) -> Matrix {
    try requireReadable()
    var result = Matrix(uninitializedRows: descriptor.rows, columns: descriptor.columns)
    try read(rows: 0..<descriptor.rows, into: &result, atRow: 0)
    return result
  }

  /// Converts some rows to float32.
  ///
  /// - Parameters:
  ///   - rows: Rows of the tensor.
  ///   - target: A matrix with as many columns.
  ///   - atRow: Row of the matrix where the first goes.
  /// - Throws: `CheckpointError.tensor` for types and shapes that cannot be read.
  package func read(
    rows: Range<Int>, into target: inout Matrix, atRow: Int
  ) throws(CheckpointError) {
    precondition(
      target.columns == descriptor.columns && atRow >= 0 && atRow + rows.count <= target.rows,
      "rows \(rows) of \(descriptor.shape) into \(target.rows) x \(target.columns) at \(atRow)")
    let offset = atRow * target.columns
    var span = target.mutableSpan
    try read(rows: rows, into: &span, at: offset)
  }

  /// Converts some rows to float32.
  ///
  /// - Parameters:
  ///   - rows: Rows of the tensor.
  ///   - target: Where they go, one after another.
  ///   - offset: Position of the first value.
  /// - Throws: `CheckpointError.tensor` for types and shapes that cannot be read.
  package func read(
    rows: Range<Int>, into target: inout MutableSpan<Float>, at offset: Int
  ) throws(CheckpointError) {
    try requireReadable()
    let columns = descriptor.columns
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= descriptor.rows && offset >= 0
        && offset + rows.count * columns <= target.count,
      "rows \(rows) of \(descriptor.shape) into \(target.count) values at \(offset)")
    // A file may claim any number of rows without columns.
    if rows.isEmpty || columns == 0 { return }
    if case .rotaryPairs(let headDimension) = rowOrder {
      convertPairs(headDimension, rows, &target, at: offset)
    } else {
      let elements = rows.lowerBound * columns..<rows.upperBound * columns
      convert(elements, &target, at: offset)
    }
    if shift != 0 {
      for index in offset..<offset + rows.count * columns { target[index] += shift }
    }
  }

  /// Converts rows that the file keeps in pairs, one by one.
  private func convertPairs(
    _ headDimension: Int, _ rows: Range<Int>, _ target: inout MutableSpan<Float>, at offset: Int
  ) {
    // The elements of a bias are what the rows of a weight are.
    let isBias = descriptor.shape.count < 2
    let size = isBias ? 1 : descriptor.columns
    for (index, row) in (isBias ? 0..<descriptor.columns : rows).enumerated() {
      let stored = Self.pairedRow(row, headDimension: headDimension)
      convert(stored * size..<(stored + 1) * size, &target, at: offset + index * size)
    }
  }

  private func convert(
    _ elements: Range<Int>, _ target: inout MutableSpan<Float>, at offset: Int
  ) {
    let type = descriptor.elementType
    let start = elements.lowerBound / type.elementsPerBlock * type.bytesPerBlock
    let end = elements.upperBound / type.elementsPerBlock * type.bytesPerBlock
    let range = byteRange.lowerBound + start..<byteRange.lowerBound + end
    var floats = unsafe target.mutableBytes
    file.withBytes(in: range) { bytes in
      type.convert(bytes, into: &floats, at: offset * MemoryLayout<Float>.size)
    }
  }

  /// Checks that the values can be converted.
  ///
  /// - Throws: `CheckpointError.tensor` for types and shapes that cannot be read.
  package func requireReadable() throws(CheckpointError) {
    let fault: TensorFault? =
      if let unknownType {
        .unknownType(unknownType)
      } else if !descriptor.elementType.isConvertible {
        .unsupportedType(descriptor.elementType)
      } else if descriptor.shape.count > 2 {
        .notAMatrix(shape: descriptor.shape)
      } else {
        nil
      }
    if let fault { throw .tensor(path: file.path, name: descriptor.name, fault) }
  }
}

/// In which order a file keeps the rows of a weight.
enum RowOrder: Sendable, Equatable {
  /// As its name in the Hugging Face convention says.
  case asNamed
  /// Within each head, row j and row j + d/2 stand side by side.
  ///
  /// Rotary embedding turns those two together; llama.cpp wants them adjacent, Hugging Face half a
  /// head apart.
  case rotaryPairs(headDimension: Int)
}

extension StoredTensor {
  /// Where the file keeps some rows; whole heads where it keeps rows in pairs.
  func byteRange(of rows: Range<Int>) -> Range<Int> {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= descriptor.rows, "rows \(rows) of \(descriptor)")
    guard descriptor.shape.count > 1, !rows.isEmpty else { return byteRange }
    var rows = rows
    if case .rotaryPairs(let size) = rowOrder {
      rows = rows.lowerBound / size * size..<((rows.upperBound - 1) / size + 1) * size
    }
    // Rows are whole blocks, so a row's bytes are the tensor's over the number of rows.
    let rowSize = byteRange.count / descriptor.rows
    return byteRange.lowerBound + rows.lowerBound * rowSize..<byteRange.lowerBound + rows.upperBound
      * rowSize
  }

  /// The stored row that holds row number `row` of the Hugging Face order: 2 j + s in its head for
  /// row s d/2 + j.
  static func pairedRow(_ row: Int, headDimension: Int) -> Int {
    let half = headDimension / 2
    let (head, inHead) = row.quotientAndRemainder(dividingBy: headDimension)
    return head * headDimension + inHead % half * 2 + inHead / half
  }
}
