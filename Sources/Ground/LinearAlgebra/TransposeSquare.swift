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
  var square = InlineArray<16, Lanes>(repeating: Lanes())
  for row in 0..<min(rows, 16) {
    let span = unsafe Span(_unsafeStart: source + row * stride, count: columns)
    square[row] = span.lanes(0)
  }
  for _ in 0..<4 { square = shuffled(square) }
  for column in 0..<columns {
    var row = unsafe MutableSpan(
      _unsafeStart: target + column * targetStride, count: targetColumns)
    row.store(square[column] + (adding ? row.lanes(0) : Lanes()), 0)
  }
}

/// One round: even elements of each pair of rows to the first half of the square, odd ones to the
/// second.
@inline(__always)
private func shuffled(_ square: InlineArray<16, Lanes>) -> InlineArray<16, Lanes> {
  var result = square
  for pair in 0..<8 {
    let both = SIMD32<Float>(lowHalf: square[2 * pair], highHalf: square[2 * pair + 1])
    result[pair] = both.evenHalf
    result[pair + 8] = both.oddHalf
  }
  return result
}
