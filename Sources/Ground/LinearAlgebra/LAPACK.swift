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

  /// Reduction of a symmetric matrix, of which the lower triangle is set, to tridiagonal form; the matrix
  /// becomes the reflections.
  ///
  /// - Returns: The tridiagonal matrix and the scales of the reflections.
  /// - Throws: LAPACK's errors.
  mutating func dsytrd() throws(LinearAlgebraError) -> SymmetricEigenproblem.Tridiagonal {
    var result = SymmetricEigenproblem.Tridiagonal(
      diagonal: [Double](repeating: 0, count: rows), beside: [Double](repeating: 0, count: rows),
      scales: [Double](repeating: 0, count: rows))
    if rows == 0 { return result }
    OpenBLAS.keepToItsCaller()
    let n = Int32(rows)
    try checkLAPACK(
      unsafe LAPACKE_dsytrd(
        layout, lowerTriangle, n, storage, n, &result.diagonal, &result.beside, &result.scales),
      "dsytrd")
    return result
  }

  /// Eigenvalues of a tridiagonal matrix.
  ///
  /// - Parameters:
  ///   - values: The diagonal; becomes the values, ascending.
  ///   - beside: What stands beside it.
  /// - Returns: 0, or more where the iteration does not converge.
  /// - Throws: LAPACK's errors.
  static func dsterf(
    _ values: inout [Double], beside: [Double]
  ) throws(LinearAlgebraError) -> Int32 {
    if values.isEmpty { return 0 }
    var beside = beside
    return try checkLAPACK(
      unsafe LAPACKE_dsterf(Int32(values.count), &values, &beside), "dsterf")
  }

  /// Fills the rows with the eigenvectors of the largest values of a tridiagonal matrix, by ascending value.
  ///
  /// - Parameter matrix: The tridiagonal matrix.
  /// - Returns: 0, or more where not all of them are found.
  /// - Throws: LAPACK's errors.
  mutating func dstemr(
    _ matrix: SymmetricEigenproblem.Tridiagonal
  ) throws(LinearAlgebraError) -> Int32 {
    OpenBLAS.keepToItsCaller()
    let (n, k) = (Int32(columns), Int32(rows))
    var (matrix, values) = (matrix, [Double](repeating: 0, count: columns))
    var found: Int32 = 0
    var supports = [Int32](repeating: 0, count: 2 * rows)
    var isAccurate: Int32 = 1
    let status = try checkLAPACK(
      unsafe LAPACKE_dstemr(
        layout, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "I")), n, &matrix.diagonal,
        &matrix.beside, 0, 0, n - k + 1, n, &found, &values, storage, n, k, &supports,
        &isAccurate), "dstemr")
    return found == k ? status : max(status, 1)
  }

  /// Turns the rows from eigenvectors of what `dsytrd` made into those of what it was given.
  ///
  /// - Parameters:
  ///   - reflections: What `dsytrd` left.
  ///   - scales: Their scales.
  /// - Throws: LAPACK's errors.
  mutating func dormtr(
    _ reflections: borrowing DoubleMatrix, _ scales: [Double]
  ) throws(LinearAlgebraError) {
    OpenBLAS.keepToItsCaller()
    let (n, k) = (Int32(columns), Int32(rows))
    try checkLAPACK(
      unsafe LAPACKE_dormtr(
        layout, CChar(UInt8(ascii: "L")), lowerTriangle, CChar(UInt8(ascii: "N")), n, k,
        reflections.storage, n, scales, storage, n), "dormtr")
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
    case .sytrd: return 1
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
