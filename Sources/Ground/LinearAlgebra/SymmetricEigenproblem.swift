/// Eigenvalues, and some of the eigenvectors, of a symmetric matrix: `S = Q T Qᵀ` with T tridiagonal, and then T.
///
/// The reduction is done once. All values by `LAPACKE_dsterf` (a variant of QR without roots), in O(n²);
/// vectors of the largest values by `LAPACKE_dstemr` (relatively robust representations, Dhillon and Parlett
/// 2004), in O(n k), and `LAPACKE_dormtr`, which multiplies them by Q, in O(n² k).
struct SymmetricEigenproblem: ~Copyable {
  private let reflections: DoubleMatrix
  private let tridiagonal: Tridiagonal

  /// A tridiagonal matrix, and the scales of the reflections that led to it.
  struct Tridiagonal {
    var diagonal: [Double]
    /// One longer than what stands beside the diagonal: room for LAPACK.
    var beside: [Double]
    var scales: [Double]
  }

  /// Reduces a matrix of which the lower triangle is set.
  ///
  /// - Parameter matrix: S, [n x n] of finite numbers.
  /// - Throws: LAPACK's errors.
  init(_ matrix: borrowing DoubleMatrix) throws(LinearAlgebraError) {
    var overwritten = matrix.copy()
    tridiagonal = try overwritten.dsytrd()
    reflections = overwritten
  }

  /// All eigenvalues.
  ///
  /// - Returns: Values in descending order; nil where the iteration does not converge.
  /// - Throws: LAPACK's errors.
  func values() throws(LinearAlgebraError) -> [Double]? {
    var values = tridiagonal.diagonal
    guard try DoubleMatrix.dsterf(&values, beside: tridiagonal.beside) == 0 else { return nil }
    return values.reversed()
  }

  /// Eigenvectors of the largest values.
  ///
  /// - Parameter count: How many.
  /// - Returns: [count x n], one a row, by descending value; nil where they are not all found.
  /// - Throws: LAPACK's errors.
  func leadingVectors(_ count: Int) throws(LinearAlgebraError) -> DoubleMatrix? {
    let order = tridiagonal.diagonal.count
    var ascending = DoubleMatrix(uninitializedRows: count, columns: order)
    guard count > 0 else { return ascending }
    guard try ascending.dstemr(tridiagonal) == 0 else { return nil }
    try ascending.dormtr(reflections, tridiagonal.scales)
    var vectors = DoubleMatrix(uninitializedRows: count, columns: order)
    for row in 0..<count { vectors.setRow(row, to: ascending, row: count - 1 - row, times: 1) }
    return vectors
  }
}
