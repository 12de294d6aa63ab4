/// Exact singular value decomposition of a sum of outer products, which is never formed.
///
/// `G = leftᵀ right = sum_t left_t right_tᵀ` with left [T x out] and right [T x in] has rank at most T. With the
/// orthonormal bases of `RowSpace`, left = N_L L_L Q_L and right = N_R L_R Q_R,
///
///     G = Q_Lᵀ C Q_R        C = L_Lᵀ (N_L N_R) L_R,    and C = Û S V̂ᵀ gives U = Q_Lᵀ Û, Vh = V̂ᵀ Q_R.
///
/// Rows where left is zero add nothing and are left out: in the last block of a model only answer
/// tokens have any. When min(out, in) rows or more are left there is nothing to gain; G is
/// then formed, and decomposed by way of the Gram matrix of its smaller side (`GramSVD`), or as it is where
/// that would not be good enough.
///
/// Everything is float64 from the products to the rounding of the result. The relative error of the bases
/// is at most a float32 rounding, so the singular values are those of the float32 factors
/// to about 1e-7 s_1, and usually much closer.
///
/// Values of a matrix that was formed are as close, the smallest included; its effective rank is then
/// good to 1e-4 at worst.
///
/// Cost: n² (out + in) + O(n³) + 2 n k (out + in) multiplications for n rows and k components; a
/// dense decomposition takes about 20 out in min(out, in), by a Gram matrix a fifth of that.
public struct FactoredSVD: Sendable {
  /// Number of components whose vectors are wanted.
  public var rank: Int
  /// Whether to find what each outer product contributes to each component, `TruncatedSVD.shares`.
  public var findsShares = false
  /// Whether matrices that have to be formed go by way of their Gram matrix where that is good enough.
  package var usesGramMatrix = true
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
      return try decompose(formed: sum.formed) { core, svd in
        if findsShares { svd.shares = Self.shares(of: core, svd.rank, left, right) }
      }
    }
    // Zero times NaN is NaN: rows that are left out have to be finite all the same.
    if rows.count < left.rows { try right.requireFinite("right factor") }
    return try decompose(
      left: left, right: right,
      rightSpace: RowSpace(of: right, rows: rows, operand: "right factor"))
  }

  /// Decomposes `leftᵀ right` when the row space of the right factor is known already.
  ///
  /// Several matrices can share an input: its row space is then found once.
  ///
  /// - Parameters:
  ///   - left: [T x out].
  ///   - right: [T x in].
  ///   - rightSpace: Row space of the rows of right where left is not zero.
  /// - Returns: All singular values and the vectors of the first `rank`.
  /// - Throws: `LinearAlgebraError`.
  package func decompose(
    left: borrowing Matrix, right: borrowing Matrix, rightSpace: borrowing RowSpace
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    let leftSpace = try RowSpace(of: left, rows: rightSpace.rows, operand: "left factor")
    let core = try routines.decompose(Self.core(leftSpace, rightSpace))
    let kept = min(rank, core.values.count)
    var svd = TruncatedSVD(
      singularValues: core.values, u: leftSpace.columns(core.u.leadingColumns(kept)),
      vh: rightSpace.rows(core.vh.leadingRows(kept)), driver: core.driver)
    let vectors = DoubleMatrix(testVectorsOfLength: right.columns)
    let rest = core.image(of: rightSpace.coordinates(of: vectors), from: kept)
    svd.certify(
      vectors, image: Self.image(of: vectors, left, right, rightSpace.rows),
      rest: leftSpace.columns(rest),
      defect: core.orthogonalityDefect(leftSpace.products, rightSpace.products))
    if findsShares {
      svd.shares = ProductShares(
        left: leftSpace.rowProducts(core.u.leadingColumns(kept)),
        right: rightSpace.rowProducts(core.vh.leadingRows(kept).transposed()),
        singularValues: core.values
      ).matrix(placing: rightSpace.rows, of: left.rows)
    }
    return svd
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
    return try decompose(formed: sum.formed) { _, _ in }
  }

  /// Decomposes a matrix as it is; `finish` sees the components in float64.
  private func decompose(
    formed: borrowing DoubleMatrix, _ finish: (borrowing CoreSVD, inout TruncatedSVD) -> Void
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    let vectors = DoubleMatrix(testVectorsOfLength: formed.columns)
    let image = DoubleMatrix(product: formed, by: vectors)
    if usesGramMatrix, let gram = try GramSVD(formed, rank: rank) {
      return finished(
        gram.core, vectors, image: image,
        rest: gram.restImage(of: vectors, by: formed), finish)
    }
    let core = try routines.decompose(formed)
    return finished(
      core, vectors, image: image,
      rest: core.image(of: vectors, from: min(rank, core.values.count)), finish)
  }

  private func finished(
    _ core: borrowing CoreSVD, _ vectors: borrowing DoubleMatrix,
    image: borrowing DoubleMatrix, rest: consuming DoubleMatrix,
    _ finish: (borrowing CoreSVD, inout TruncatedSVD) -> Void
  ) -> TruncatedSVD {
    let kept = min(rank, core.values.count)
    var svd = TruncatedSVD(
      singularValues: core.values, u: core.u.leadingColumns(kept), vh: core.vh.leadingRows(kept),
      driver: core.driver)
    svd.certify(vectors, image: image, rest: rest, defect: core.orthogonalityDefect)
    finish(core, &svd)
    return svd
  }

  private static func shares(
    of core: borrowing CoreSVD, _ count: Int, _ left: borrowing Matrix, _ right: borrowing Matrix
  ) -> Matrix {
    let rows = Array(0..<left.rows)
    return ProductShares(
      left: DoubleMatrix(product: DoubleMatrix(left, rows: rows), by: core.u.leadingColumns(count)),
      right: DoubleMatrix(
        product: DoubleMatrix(right, rows: rows), by: core.vh.leadingRows(count), .transposed),
      singularValues: core.values
    ).matrix(placing: rows, of: rows.count)
  }

  /// `leftᵀ (right x)`, from the factors themselves.
  private static func image(
    of vectors: borrowing DoubleMatrix, _ left: borrowing Matrix, _ right: borrowing Matrix,
    _ rows: [Int]
  ) -> DoubleMatrix {
    DoubleMatrix(
      product: DoubleMatrix(left, rows: rows), .transposed,
      by: DoubleMatrix(product: DoubleMatrix(right, rows: rows), by: vectors))
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
