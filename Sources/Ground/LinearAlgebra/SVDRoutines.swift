/// The LAPACK algorithm that produced a decomposition.
public enum SVDDriver: String, Sendable, CaseIterable {
  /// Divide and conquer (Gu and Eisenstat 1995), tried first.
  case gesdd
  /// Implicit QR iteration, slower, for what divide and conquer gives up on.
  case gesvd
  /// Tridiagonal form of a Gram matrix (`GramSVD`), for matrices that had to be formed.
  case sytrd
}

/// Thin SVD `u * diag(values) * vh` of a small float64 matrix.
package struct CoreSVD: ~Copyable {
  package var u: DoubleMatrix  // [m x k]
  package var values: [Double]  // [min(m, n)] descending
  package var vh: DoubleMatrix  // [k x n], k = min(m, n) but where fewer were asked for
  package var driver = SVDDriver.gesdd
}

/// How dense decompositions are done; tests replace it to see what follows when LAPACK gives up.
package struct SVDRoutines: Sendable {
  /// Decomposes `matrix`, destroying it, and returns LAPACK's `info`.
  package var run: @Sendable (SVDDriver, _ matrix: inout DoubleMatrix, inout CoreSVD) -> Int32

  package init(
    run: @escaping @Sendable (SVDDriver, _ matrix: inout DoubleMatrix, inout CoreSVD) -> Int32
  ) {
    self.run = run
  }

  /// `LAPACKE_dgesdd` and `LAPACKE_dgesvd`.
  package static let lapack = {
    DoubleMatrix.skipLAPACKsOwnChecks()
    return SVDRoutines { $1.dgesvd($0, into: &$2) }
  }()

  /// Thin SVD of a matrix of finite numbers.
  ///
  /// `gesdd` first; where it does not converge, which happens on rare well-behaved matrices, `gesvd`.
  ///
  /// - Parameter matrix: What is decomposed.
  /// - Returns: All min(m, n) components.
  /// - Throws: `LinearAlgebraError.notConverged` when neither converges, and LAPACK's.
  package func decompose(_ matrix: borrowing DoubleMatrix) throws(LinearAlgebraError) -> CoreSVD {
    let components = min(matrix.rows, matrix.columns)
    var result = CoreSVD(
      u: DoubleMatrix(uninitializedRows: matrix.rows, columns: components),
      values: [Double](repeating: 0, count: components),
      vh: DoubleMatrix(uninitializedRows: components, columns: matrix.columns))
    if components == 0 { return result }
    for driver in [SVDDriver.gesdd, .gesvd] {
      var overwritten = matrix.copy()
      let status = run(driver, &overwritten, &result)
      try checkLAPACK(status, "d\(driver)")
      result.driver = driver
      if status == 0 { return result }
    }
    throw .notConverged(routine: "dgesvd", rows: matrix.rows, columns: matrix.columns)
  }
}
