/// An orthonormal basis of the rows of a factor, and where each row lies in it.
///
/// With n rows of length p, n <= p, and N the diagonal matrix of their norms,
///
///     A = N L Q        L [n x n] lower triangular with rows of length 1, Q [n x p] orthonormal rows,
///
/// the LQ factorisation of the rows brought to unit length. The scaling matters: the inputs of an
/// attention sink are hundreds of times longer than those of other tokens, and without it they
/// alone decide the condition number.
///
/// L is the Cholesky factor of the Gram matrix L Lᵀ = N⁻¹ A Aᵀ N⁻¹, formed in float64, so that
/// nearly all work is matrix products, and Q = (L⁻¹ N⁻¹) A is kept as that product ("Cholesky QR":
/// Stathopoulos and Wu, SIAM J. Sci. Comput. 23, 2002). Such a Q is orthonormal to within about
/// eps times the condition number of the Gram matrix. Where an estimate of that exceeds
/// a float32 rounding, as when the first layer meets the same token twice, Householder reflections
/// take over, which are orthonormal whatever the rows. Rows that are zero or depend on others
/// leave room in Q, and it is filled with directions orthogonal to all of them.
///
/// Memory: 8 n (p + 3 n) bytes.
public struct RowSpace: ~Copyable, Sendable {
  /// How a basis is found.
  public enum Method: Equatable, Sendable {
    /// Cholesky factorisation of the Gram matrix of the rows.
    case cholesky
    /// Householder reflections.
    case householder
  }

  /// Rows of the matrix that take part, ascending.
  public let rows: [Int]
  /// Their Euclidean norms.
  public let norms: [Double]
  /// How the basis was found.
  public let method: Method
  /// L, with zeros above the diagonal.
  let lower: DoubleMatrix  // [n x n]
  /// Q Qᵀ, the identity but for rounding, from the inner products of the vectors that Q is made of.
  let products: DoubleMatrix  // [n x n]
  /// Q = `combination` * `spanning`.
  private let combination: DoubleMatrix  // [n x n]
  private let spanning: DoubleMatrix  // [n x p]

  /// Length of the rows.
  public var dimension: Int { spanning.columns }

  /// Finds the basis.
  ///
  /// Calls `cblas_dsyrk`, `LAPACKE_dpotrf` and `LAPACKE_dtrtri`; for nearly dependent rows
  /// `LAPACKE_dgeqrf` and `LAPACKE_dorgqr`.
  ///
  /// - Parameters:
  ///   - matrix: The factor, one row a token.
  ///   - rows: The rows that take part, ascending; no more than `matrix.columns`.
  ///   - operand: What an error calls the factor.
  /// - Throws: `LinearAlgebraError.nonFinite` with the row in `matrix`, and LAPACK's.
  public init(
    of matrix: borrowing Matrix, rows: [Int], operand: String = "matrix"
  ) throws(LinearAlgebraError) {
    precondition(rows.count <= matrix.columns, "\(rows.count) rows of length \(matrix.columns)")
    var spanning = DoubleMatrix(matrix, rows: rows)
    var lower = DoubleMatrix(gramOf: spanning)
    let norms = rows.indices.map { lower[$0, $0].squareRoot() }
    // Squares of float32 numbers cannot overflow a float64 sum.
    if norms.contains(where: { !$0.isFinite }) { try matrix.requireFinite(operand) }
    let reciprocals = norms.map { $0 > 0 ? 1 / $0 : 0 }
    lower.scaleLowerTriangle(by: reciprocals)
    var gram = lower.copy()
    var combination = DoubleMatrix(uninitializedRows: rows.count, columns: rows.count)
    let isDefinite = try lower.choleskyFactorize(inverse: &combination)
    if isDefinite {
      gram.copyBelowDiagonal()
      products = DoubleMatrix(
        product: DoubleMatrix(product: combination, by: gram), by: combination, .transposed)
      combination.scaleColumns(by: reciprocals)
    } else {
      spanning.scaleRows(by: reciprocals)
      try spanning.orthonormalizeRows(lower: &lower)
      combination.setIdentity()
      gram = DoubleMatrix(gramOf: spanning)
      gram.copyBelowDiagonal()
      products = gram
    }
    self.rows = rows
    self.norms = norms
    method = isDefinite ? .cholesky : .householder
    self.lower = lower
    self.combination = combination
    self.spanning = spanning
  }

  /// `Qᵀ c`: each column of coordinates as a column vector of the space.
  ///
  /// - Parameter coordinates: [n x k].
  /// - Returns: [p x k].
  func columns(_ coordinates: borrowing DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(
      product: spanning, .transposed,
      by: DoubleMatrix(product: combination, .transposed, by: coordinates))
  }

  /// `Q x`: where each column lies in the basis, as far as it does.
  ///
  /// - Parameter vectors: [p x k].
  /// - Returns: [n x k].
  func coordinates(of vectors: borrowing DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(product: combination, by: DoubleMatrix(product: spanning, by: vectors))
  }

  /// `A c`: the rows times the columns of the space with these coordinates.
  ///
  /// - Parameter coordinates: [n x k].
  /// - Returns: [n x k].
  func rowProducts(_ coordinates: borrowing DoubleMatrix) -> DoubleMatrix {
    var products = DoubleMatrix(product: lower, by: coordinates)
    products.scaleRows(by: norms)
    return products
  }

  /// `c Q`: each row of coordinates as a row vector of the space.
  ///
  /// - Parameter coordinates: [k x n].
  /// - Returns: [k x p].
  func rows(_ coordinates: borrowing DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(product: DoubleMatrix(product: coordinates, by: combination), by: spanning)
  }
}
