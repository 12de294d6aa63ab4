/// Writes the transpose of up to sixteen rows of up to sixteen floats.
///
/// Four rounds of a perfect shuffle: writing an element's place as the bits of its row and column,
/// r3 r2 r1 r0 c3 c2 c1 c0, taking even and odd elements of pairs of rows turns this ring by one
/// bit, and after four rounds rows and columns have changed places.
///
/// - Parameters:
///   - source: First row.
///   - stride: Floats from one row to the next.
///   - rows: Rows that are there; those that are not count as zeros.
///   - columns: Columns that are there, the number of rows that are written.
///   - target: First row that is written.
///   - targetStride: Floats from one written row to the next.
///   - targetColumns: Floats of each written row, at most 16; those behind `rows` are zero.
///   - adding: Whether to add to what is there.
func transposeSquare(
  _ source: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int,
  to target: UnsafeMutablePointer<Float>, stride targetStride: Int, targetColumns: Int, adding: Bool
) {
  unsafe withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 32) { buffer in
    guard var from = buffer.baseAddress else { return }
    var into = unsafe from + 16
    for row in 0..<16 {
      unsafe from[row] = row < rows ? (source + row * stride).lanes(0, of: columns) : Lanes()
    }
    for _ in 0..<4 {
      for pair in 0..<8 {
        let both = unsafe SIMD32<Float>(lowHalf: from[2 * pair], highHalf: from[2 * pair + 1])
        unsafe into[pair] = both.evenHalf
        unsafe into[pair + 8] = both.oddHalf
      }
      unsafe swap(&from, &into)
    }
    for column in 0..<columns {
      let row = unsafe target + column * targetStride
      let old = adding ? unsafe UnsafePointer(row).lanes(0, of: targetColumns) : Lanes()
      unsafe row.store(from[column] + old, 0, of: targetColumns)
    }
  }
}
