/// The right factor of several sums of outer products, such as the input of q_proj, k_proj and v_proj.
///
/// Its row space is found once, for as long as the rows that count are the same.
public struct SharedRightFactor: ~Copyable, Sendable {
  /// The factor.
  public let matrix: Matrix  // [T x in]
  private var space: RowSpace?

  /// Takes a factor.
  ///
  /// - Parameter matrix: [T x in]; for gradients, X.
  public init(_ matrix: consuming Matrix) { self.matrix = matrix }

  /// Decomposes `leftᵀ right`.
  ///
  /// - Parameters:
  ///   - left: [T x out]; for a gradient, D.
  ///   - method: How many components are wanted.
  /// - Returns: What `FactoredSVD.decompose(left:right:)` returns.
  /// - Throws: The same.
  public mutating func decompose(
    left: borrowing Matrix, by method: FactoredSVD
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    precondition(left.rows == matrix.rows, "\(left.rows) and \(matrix.rows) rows")
    let rows = left.nonzeroRows
    guard FactoredSVD.paysOff(rowCount: rows.count, left.columns, matrix.columns) else {
      return try method.decompose(left: left, right: matrix)
    }
    _ = try lapackShape(left.columns, matrix.columns)
    let leftSpace = try RowSpace(of: left, rows: rows, operand: "left factor")
    let rightSpace = try takeSpace(of: rows)
    let svd = try method.decompose(left: leftSpace, right: rightSpace)
    space = consume rightSpace
    return svd
  }

  private mutating func takeSpace(of rows: [Int]) throws(LinearAlgebraError) -> RowSpace {
    if let known = space.take(), known.rows == rows { return known }
    // Zero times NaN is NaN: rows that are left out have to be finite all the same.
    if rows.count < matrix.rows { try matrix.requireFinite("right factor") }
    return try RowSpace(of: matrix, rows: rows, operand: "right factor")
  }
}
