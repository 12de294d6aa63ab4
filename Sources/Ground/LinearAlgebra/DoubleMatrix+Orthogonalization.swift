extension DoubleMatrix {
  /// Replaces a symmetric matrix by its Cholesky factor L, zeros above the diagonal, and finds
  /// L⁻¹; returns false, leaving no particular values, where that would lose too much.
  ///
  /// What is lost is the orthonormality of L⁻¹ A with A Aᵀ this matrix: about eps times the condition
  /// number, bounded by the Frobenius norm times the trace of the inverse. The limit is the rounding of a
  /// float32, in which the vectors are stored. Calls `LAPACKE_dpotrf` and `LAPACKE_dtrtri`.
  ///
  /// - Parameter inverse: Receives L⁻¹.
  /// - Returns: Whether the matrix was definite enough.
  /// - Throws: LAPACK's errors.
  mutating func choleskyFactorize(inverse: inout DoubleMatrix) throws(LinearAlgebraError) -> Bool {
    if rows == 0 { return true }
    clearAboveDiagonal()
    // Off-diagonal entries are stored once and count twice.
    let norm = (2 * sumOfSquares).squareRoot()
    guard try dpotrf() == 0 else { return false }
    inverse.assign(self)
    let isInverted = try inverse.dtrtri() == 0
    let loss = Double.ulpOfOne * norm * inverse.sumOfSquares
    return isInverted && loss < Double(Float.ulpOfOne)
  }

  /// Replaces the rows A by orthonormal rows Q with `A = L Q`.
  ///
  /// Calls `LAPACKE_dgeqrf` and `LAPACKE_dorgqr`: our rows are LAPACK's columns.
  ///
  /// - Parameter lower: Receives L, zeros above the diagonal.
  /// - Throws: LAPACK's errors.
  mutating func orthonormalizeRows(lower: inout DoubleMatrix) throws(LinearAlgebraError) {
    if rows == 0 { return }
    let scales = try dgeqrf()
    for row in 0..<rows {
      for column in 0..<rows { lower[row, column] = column <= row ? self[row, column] : 0 }
    }
    try dorgqr(scales)
  }
}
