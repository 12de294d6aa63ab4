import Glibc
import LinearAlgebra

/// How two subspaces of the same space lie to each other.
///
/// Both are given by orthonormal vectors, such as the first k columns of U1 and of U2.
public struct SubspaceComparison: Sendable, Equatable {
  /// Cosines of the principal angles, descending: the singular values of `U1ᵀ U2`, at most 1.
  public let cosines: [Double]
  /// Principal angles in radians, ascending, from 0 to pi / 2.
  public let angles: [Double]
  /// Mean squared cosine, `phi = ||U1ᵀ U2||_F² / k`: 1 for the same subspace, 0 for orthogonal ones.
  public let overlap: Double
  /// The overlap that random subspaces have on average: k / dimension.
  public let chanceOverlap: Double

  /// Compares the spans of the leading columns of two matrices, as of U.
  ///
  /// - Parameters:
  ///   - first: [dimension x at least k], orthonormal columns.
  ///   - second: [dimension x at least k], orthonormal columns.
  ///   - rank: k, at least 1.
  /// - Throws: `LinearAlgebraError`.
  public init(
    columnsOf first: borrowing Matrix, _ second: borrowing Matrix, rank: Int
  ) throws(LinearAlgebraError) {
    try self.init(
      vectors: DoubleMatrix(leadingColumns: rank, of: first),
      DoubleMatrix(leadingColumns: rank, of: second))
  }

  /// Compares the spans of the leading rows of two matrices, as of Vh.
  ///
  /// - Parameters:
  ///   - first: [at least k x dimension], orthonormal rows.
  ///   - second: [at least k x dimension], orthonormal rows.
  ///   - rank: k, at least 1.
  /// - Throws: `LinearAlgebraError`.
  public init(
    rowsOf first: borrowing Matrix, _ second: borrowing Matrix, rank: Int
  ) throws(LinearAlgebraError) {
    let rows = Array(0..<rank)
    try self.init(
      vectors: DoubleMatrix(first, rows: rows), DoubleMatrix(second, rows: rows))
  }

  /// Compares the spans of rows.
  private init(
    vectors first: consuming DoubleMatrix, _ second: consuming DoubleMatrix
  ) throws(LinearAlgebraError) {
    precondition(
      first.rows > 0 && first.columns == second.columns,
      "\(first.rows) vectors of \(first.columns) and \(second.rows) of \(second.columns)")
    let products = DoubleMatrix(product: first, by: second, .transposed)
    // What is left of the second subspace outside the first: its singular values are the sines.
    var remainder = second.copy()
    remainder.multiply(products, .transposed, by: first, alpha: -1, beta: 1)
    let cosines = try SVDRoutines.lapack.decompose(products).values.map { min($0, 1) }
    let sines = try SVDRoutines.lapack.decompose(remainder).values.map { min($0, 1) }
    self.cosines = cosines
    angles = zip(cosines, sines.reversed()).map(principalAngle)
    overlap = cosines.reduce(0) { $0 + $1 * $1 } / Double(cosines.count)
    chanceOverlap = Double(first.rows) / Double(first.columns)
  }
}

/// The angle of a cosine and a sine that belong together; the smaller of them decides, since the
/// arc cosine loses half of the digits of a small angle (Björck and Golub 1973).
private func principalAngle(cosine: Double, sine: Double) -> Double {
  cosine < sine ? acos(cosine) : asin(sine)
}

extension DoubleMatrix {
  /// The leading columns as rows.
  fileprivate init(leadingColumns count: Int, of matrix: borrowing Matrix) {
    precondition(count <= matrix.columns, "\(count) of \(matrix.columns) columns")
    self.init(uninitializedRows: count, columns: matrix.rows)
    for row in 0..<matrix.rows {
      for column in 0..<count { self[column, row] = Double(matrix[row, column]) }
    }
  }
}
