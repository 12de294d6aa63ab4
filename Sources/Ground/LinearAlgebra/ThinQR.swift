/// Thin QR factorisation `A = Q R` of a tall matrix by Householder reflections.
///
/// The columns of Q are orthonormal even where those of A are dependent. The diagonal of R is not
/// negative, which makes the factorisation unique when A has full rank.
public struct ThinQR: ~Copyable, Sendable {
  /// Q, orthonormal columns.
  public let q: Matrix  // [m x n]
  /// R, upper triangular.
  public let r: Matrix  // [n x n]

  /// Factorises a matrix.
  ///
  /// Calls `LAPACKE_sgelqf` and `LAPACKE_sorglq`: read by columns, our A is its transpose, and its QR
  /// is their LQ.
  ///
  /// - Parameter matrix: A, at least as many rows as columns.
  /// - Throws: `LinearAlgebraError.nonFinite`, `.tooLarge` and LAPACK's.
  public init(_ matrix: consuming Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rows >= matrix.columns, "\(matrix.rows) x \(matrix.columns) is not tall")
    try matrix.requireFinite("matrix")
    _ = try lapackShape(matrix.rows, matrix.columns)
    var q = consume matrix
    var r = Matrix(rows: q.columns, columns: q.columns)
    if q.columns > 0 {
      let scales = try q.sgelqf()
      for row in 0..<r.rows {
        for column in row..<r.columns { r[row, column] = q[row, column] }
      }
      try q.sorglq(scales)
    }
    makeDiagonalPositive(&q, &r)
    self.q = q
    self.r = r
  }
}

private func makeDiagonalPositive(_ q: inout Matrix, _ r: inout Matrix) {
  for index in 0..<r.rows where r[index, index] < 0 {
    for column in index..<r.columns { r[index, column] = -r[index, column] }
    for row in 0..<q.rows { q[row, index] = -q[row, index] }
  }
}
