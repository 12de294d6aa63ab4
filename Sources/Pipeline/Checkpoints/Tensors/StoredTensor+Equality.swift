import Files
import LinearAlgebra

extension StoredTensor {
  /// Whether another tensor has the same shape and, as float32, the same values; a NaN equals none.
  ///
  /// Memory: a few rows of each.
  ///
  /// - Parameter other: Of this file or another.
  /// - Returns: Whether it has.
  /// - Throws: `CheckpointError.tensor` for types that cannot be read.
  func equals(_ other: StoredTensor) throws(CheckpointError) -> Bool {
    guard descriptor.shape == other.descriptor.shape else { return false }
    let (rows, columns) = (descriptor.rows, descriptor.columns)
    let step = max(1, (1 << 20) / max(columns, 1))
    var one = Matrix(rows: min(step, rows), columns: columns)
    var two = Matrix(rows: min(step, rows), columns: columns)
    for start in stride(from: 0, to: rows, by: step) {
      let part = start..<min(start + step, rows)
      try read(rows: part, into: &one, atRow: 0)
      try other.read(rows: part, into: &two, atRow: 0)
      file.advise(.finished, in: byteRange(of: part))
      other.file.advise(.finished, in: other.byteRange(of: part))
      for row in 0..<part.count {
        let left = one.row(row)
        let right = two.row(row)
        for column in 0..<columns where left[column] != right[column] { return false }
      }
    }
    return true
  }
}
