/// Exact singular value decomposition of a sum of outer products, which is never formed.
///
/// `G = leftᵀ right = sum_t left_t right_tᵀ` with left [T x out] and right [T x in] has rank at most T. With the
/// orthonormal bases of `RowSpace`, left = N_L L_L Q_L and right = N_R L_R Q_R,
///
///     G = Q_Lᵀ C Q_R        C = L_Lᵀ (N_L N_R) L_R,    and C = Û S V̂ᵀ gives U = Q_Lᵀ Û, Vh = V̂ᵀ Q_R.
///
/// Rows where left is zero add nothing and are left out: in the last block of a model only answer
/// tokens have any. When min(out, in) rows or more are left there is nothing to gain; G is
/// then formed and decomposed as it is.
///
/// Everything is float64 from the products to the rounding of the result. The relative error of the bases
/// is at most a float32 rounding, so the singular values are those of the float32 factors
/// to about 1e-7 s_1, and usually much closer.
///
/// Cost: n² (out + in) + O(n³) + 2 n k (out + in) multiplications for n rows and k components; a
/// dense decomposition takes about 20 out in min(out, in).
public struct FactoredSVD: Sendable {
  /// Number of components whose vectors are wanted.
  public var rank: Int
  package var routines = SVDRoutines.lapack

  /// Creates the method.
  ///
  /// - Parameter rank: Number of components whose vectors are wanted; 0 for values alone.
  public init(rank: Int = 64) {
    precondition(rank >= 0, "rank \(rank)")
    self.rank = rank
  }

  /// Whether a sum of outer products is better left as it is than formed.
  ///
  /// - Parameters:
  ///   - rowCount: Number of products.
  ///   - out: Length of the left vectors.
  ///   - width: Length of the right vectors.
  /// - Returns: True below the smaller side of the matrix, where both factors are wide.
  public static func paysOff(rowCount: Int, _ out: Int, _ width: Int) -> Bool {
    rowCount < min(out, width)
  }

  /// Decomposes `leftᵀ right`.
  ///
  /// The number of singular values is min(rows of left that are not zero, out, in).
  ///
  /// - Parameters:
  ///   - left: [T x out]; for a gradient, D.
  ///   - right: [T x in]; for a gradient, X.
  /// - Returns: All singular values and the vectors of the first `rank`.
  /// - Throws: `LinearAlgebraError`; a non-finite factor is called "left factor" or "right factor".
  public func decompose(
    left: borrowing Matrix, right: borrowing Matrix
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    precondition(left.rows == right.rows, "\(left.rows) and \(right.rows) rows")
    _ = try lapackShape(left.columns, right.columns)
    let rows = left.nonzeroRows
    guard Self.paysOff(rowCount: rows.count, left.columns, right.columns) else {
      var sum = OuterProductSum(rows: left.columns, columns: right.columns)
      try sum.add(left: left, right: right)
      return try decompose(sum)
    }
    // Zero times NaN is NaN: rows that are left out have to be finite all the same.
    if rows.count < left.rows { try right.requireFinite("right factor") }
    return try decompose(
      left: RowSpace(of: left, rows: rows, operand: "left factor"),
      right: RowSpace(of: right, rows: rows, operand: "right factor"))
  }

  /// Decomposes `leftᵀ right` when the row spaces of the factors are known already.
  ///
  /// Several matrices can share an input: its row space is then found once.
  ///
  /// - Parameters:
  ///   - left: Row space of the left factor.
  ///   - right: Row space of the right factor, of the same rows.
  /// - Returns: All singular values and the vectors of the first `rank`.
  /// - Throws: `LinearAlgebraError`.
  public func decompose(
    left: borrowing RowSpace, right: borrowing RowSpace
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    precondition(left.rows == right.rows, "row spaces of different rows")
    let core = try routines.decompose(Self.core(left, right))
    let kept = min(rank, core.values.count)
    return TruncatedSVD(
      singularValues: core.values, u: left.columns(core.u.leadingColumns(kept)),
      vh: right.rows(core.vh.leadingRows(kept)), driver: core.driver)
  }

  /// Decomposes a sum, formed or not.
  ///
  /// - Parameter sum: The matrix.
  /// - Returns: All singular values and the vectors of the first `rank`.
  /// - Throws: `LinearAlgebraError`.
  public func decompose(
    _ sum: borrowing OuterProductSum
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    guard sum.isFormed else {
      return try decompose(
        left: Matrix(rows: sum.productCount, columns: sum.rows, elements: sum.left),
        right: Matrix(rows: sum.productCount, columns: sum.columns, elements: sum.right))
    }
    let core = try routines.decompose(sum.formed)
    let kept = min(rank, core.values.count)
    return TruncatedSVD(
      singularValues: core.values, u: core.u.leadingColumns(kept), vh: core.vh.leadingRows(kept),
      driver: core.driver)
  }

  /// C [n x n].
  private static func core(
    _ left: borrowing RowSpace, _ right: borrowing RowSpace
  ) -> DoubleMatrix {
    var weighted = right.lower.copy()
    weighted.scaleRows(by: zip(left.norms, right.norms).map { $0 * $1 })
    return DoubleMatrix(product: left.lower, .transposed, by: weighted)
  }
}
