import CLAPACKE

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
    let n = Int32(rows)
    // Off-diagonal entries are stored once and count twice.
    let norm = (2 * sumOfSquares).squareRoot()
    let status = unsafe LAPACKE_dpotrf(layout, lowerTriangle, n, storage, n)
    try checkLAPACK(status, "dpotrf")
    if status > 0 { return false }
    unsafe inverse.storage.update(from: storage, count: count)
    let inversion = unsafe LAPACKE_dtrtri(
      layout, lowerTriangle, CChar(UInt8(ascii: "N")), n, inverse.storage, n)
    try checkLAPACK(inversion, "dtrtri")
    let loss = Double.ulpOfOne * norm * inverse.sumOfSquares
    return inversion == 0 && loss < Double(Float.ulpOfOne)
  }

  /// Replaces the rows A by orthonormal rows Q with `A = L Q`.
  ///
  /// Calls `LAPACKE_dgeqrf` and `LAPACKE_dorgqr`: our rows are LAPACK's columns.
  ///
  /// - Parameter lower: Receives L, zeros above the diagonal.
  /// - Throws: LAPACK's errors.
  mutating func orthonormalizeRows(lower: inout DoubleMatrix) throws(LinearAlgebraError) {
    if rows == 0 { return }
    let (n, p) = (Int32(rows), Int32(columns))
    var scales = [Double](repeating: 0, count: rows)
    try checkLAPACK(unsafe LAPACKE_dgeqrf(layout, p, n, storage, p, &scales), "dgeqrf")
    for row in 0..<rows {
      for column in 0..<rows { lower[row, column] = column <= row ? self[row, column] : 0 }
    }
    try checkLAPACK(unsafe LAPACKE_dorgqr(layout, p, n, n, storage, p, scales), "dorgqr")
  }
}
