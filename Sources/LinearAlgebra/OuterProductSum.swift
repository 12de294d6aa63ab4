/// A matrix accumulated from outer products, `sum_t scale left_t right_tᵀ`, in float64.
///
/// The dense form of a gradient: worth it when the outer products are at least as many as the
/// smaller side of the matrix, as in the mean over many examples, which are added one by one.
///
/// Memory: 8 out in bytes.
public struct OuterProductSum: ~Copyable, Sendable {
  var total: DoubleMatrix  // [out x in]

  /// Creates a sum of nothing, a zero matrix.
  ///
  /// - Parameters:
  ///   - rows: Length of the left vectors.
  ///   - columns: Length of the right vectors.
  public init(rows: Int, columns: Int) {
    total = DoubleMatrix(rows: rows, columns: columns)
  }

  /// Adds `scale leftᵀ right`.
  ///
  /// Works on a block of rows at a time to bound memory. Calls `cblas_dgemm`.
  ///
  /// - Parameters:
  ///   - left: [T x out].
  ///   - right: [T x in].
  ///   - scale: Multiplies every product.
  /// - Throws: `LinearAlgebraError.nonFinite`, before anything is added.
  public mutating func add(
    left: borrowing Matrix, right: borrowing Matrix, scale: Double = 1
  ) throws(LinearAlgebraError) {
    precondition(left.rows == right.rows, "\(left.rows) and \(right.rows) rows")
    try left.requireFinite("left factor")
    try right.requireFinite("right factor")
    let blockSize = 256
    for start in stride(from: 0, to: left.rows, by: blockSize) {
      let rows = Array(start..<min(start + blockSize, left.rows))
      total.multiply(
        DoubleMatrix(left, rows: rows), .transposed, by: DoubleMatrix(right, rows: rows),
        alpha: scale, beta: 1)
    }
  }
}
