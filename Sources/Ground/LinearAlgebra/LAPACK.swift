import CLAPACKE

// The routines of LAPACK, by their own names, on matrices.
//
// LAPACK stores columns, we store rows, and the same buffer read the other way round is the
// transpose. Passing our m x n as LAPACK's n x m therefore costs nothing, where
// `LAPACK_ROW_MAJOR` would allocate and transpose copies. What changes is the name of things: our
// lower triangle is LAPACK's upper one, our LQ its QR, and our U its `vt`.

private let layout = LAPACK_COL_MAJOR

/// LAPACK's name for our lower triangle.
private let lowerTriangle = CChar(UInt8(ascii: "U"))

private let thin = CChar(UInt8(ascii: "S"))

/// Turns the `info` of a routine that cannot fail on finite input into an error.
///
/// - Parameters:
///   - info: What the routine returned.
///   - routine: Its name.
/// - Returns: `info`, when it is not negative.
/// - Throws: `LinearAlgebraError.outOfMemory` or `.illegalArgument`.
@discardableResult
func checkLAPACK(_ info: Int32, _ routine: String) throws(LinearAlgebraError) -> Int32 {
  switch info {
  case 0...: return info
  case LAPACK_WORK_MEMORY_ERROR, LAPACK_TRANSPOSE_MEMORY_ERROR:
    throw .outOfMemory(routine: routine)
  default: throw .illegalArgument(routine: routine, index: Int(-info))
  }
}

/// A shape in LAPACK's integers.
///
/// - Parameters:
///   - rows: Number of rows.
///   - columns: Number of columns.
/// - Returns: The same.
/// - Throws: `LinearAlgebraError.tooLarge`.
func lapackShape(_ rows: Int, _ columns: Int) throws(LinearAlgebraError) -> (Int32, Int32) {
  guard let m = Int32(exactly: rows), let n = Int32(exactly: columns) else {
    throw .tooLarge(rows: rows, columns: columns)
  }
  return (m, n)
}

extension DoubleMatrix {
  /// Cholesky factorisation of a symmetric matrix of which the lower triangle is set; what it leaves
  /// above the diagonal has no particular value.
  ///
  /// - Returns: 0, or more where the matrix is not definite.
  mutating func dpotrf() throws(LinearAlgebraError) -> Int32 {
    OpenBLAS.keepToItsCaller()
    let n = Int32(rows)
    return try checkLAPACK(
      unsafe LAPACKE_dpotrf(layout, lowerTriangle, n, storage, n), "dpotrf")
  }

  /// Inverse of a lower triangular matrix.
  ///
  /// - Returns: 0, or more where there is none.
  mutating func dtrtri() throws(LinearAlgebraError) -> Int32 {
    OpenBLAS.keepToItsCaller()
    let n = Int32(rows)
    return try checkLAPACK(
      unsafe LAPACKE_dtrtri(layout, lowerTriangle, CChar(UInt8(ascii: "N")), n, storage, n),
      "dtrtri")
  }

  /// Eigenvalues, ascending, of a symmetric matrix of which the lower triangle is set; the matrix becomes
  /// its eigenvectors, one a row.
  ///
  /// - Parameter values: As many as rows.
  /// - Returns: 0, or more where the iteration does not converge.
  /// - Throws: LAPACK's errors.
  mutating func dsyevd(_ values: inout [Double]) throws(LinearAlgebraError) -> Int32 {
    if rows == 0 { return 0 }
    OpenBLAS.keepToItsCaller()
    let n = Int32(rows)
    return try checkLAPACK(
      unsafe LAPACKE_dsyevd(
        layout, CChar(UInt8(ascii: "V")), lowerTriangle, n, storage, n, &values), "dsyevd")
  }

  /// LQ factorisation in LAPACK's form.
  ///
  /// - Returns: The scales of the reflections.
  mutating func dgeqrf() throws(LinearAlgebraError) -> [Double] {
    OpenBLAS.keepToItsCaller()
    let (n, p) = (Int32(rows), Int32(columns))
    var scales = [Double](repeating: 0, count: rows)
    try checkLAPACK(unsafe LAPACKE_dgeqrf(layout, p, n, storage, p, &scales), "dgeqrf")
    return scales
  }

  /// Orthonormal rows from what `dgeqrf` left.
  mutating func dorgqr(_ scales: [Double]) throws(LinearAlgebraError) {
    OpenBLAS.keepToItsCaller()
    let (n, p) = (Int32(rows), Int32(columns))
    try checkLAPACK(unsafe LAPACKE_dorgqr(layout, p, n, n, storage, p, scales), "dorgqr")
  }

  /// Thin SVD by one of two routines, destroying the matrix.
  ///
  /// - Parameters:
  ///   - driver: Which of them.
  ///   - result: Matrices and values of the right sizes.
  /// - Returns: LAPACK's `info`.
  mutating func dgesvd(_ driver: SVDDriver, into result: inout CoreSVD) -> Int32 {
    OpenBLAS.keepToItsCaller()
    // Our m x n is LAPACK's n x m: its left vectors are our vh and its right ones our u.
    let (m, n) = (Int32(columns), Int32(rows))
    let components = min(m, n)
    switch driver {
    case .syevd: return 1
    case .gesdd:
      return unsafe LAPACKE_dgesdd(
        layout, thin, m, n, storage, m, &result.values, result.vh.storage, m, result.u.storage,
        components)
    case .gesvd:
      var unconverged = [Double](repeating: 0, count: Int(components))
      return unsafe LAPACKE_dgesvd(
        layout, thin, thin, m, n, storage, m, &result.values, result.vh.storage, m,
        result.u.storage, components, &unconverged)
    }
  }

  /// LAPACKE looks for NaN before each routine unless told not to: factors are known to be finite by
  /// then.
  static func skipLAPACKsOwnChecks() { LAPACKE_set_nancheck(0) }
}

extension Matrix {
  /// QR factorisation of a tall matrix in LAPACK's form.
  ///
  /// - Returns: The scales of the reflections.
  mutating func sgelqf() throws(LinearAlgebraError) -> [Float] {
    OpenBLAS.keepToItsCaller()
    let (m, n) = try lapackShape(rows, columns)
    var scales = [Float](repeating: 0, count: columns)
    try checkLAPACK(unsafe LAPACKE_sgelqf(layout, n, m, storage, n, &scales), "sgelqf")
    return scales
  }

  /// Orthonormal columns from what `sgelqf` left.
  mutating func sorglq(_ scales: [Float]) throws(LinearAlgebraError) {
    let (m, n) = try lapackShape(rows, columns)
    try checkLAPACK(unsafe LAPACKE_sorglq(layout, n, m, n, storage, n, scales), "sorglq")
  }
}
