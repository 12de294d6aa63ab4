import RandomNumbers

/// The leading singular triplets of a matrix that is given by what it does to vectors.
///
/// From a Gaussian block X the Krylov space of `A X, (A Aᵀ) A X, (A Aᵀ)² A X, ...` is built with full
/// orthogonalisation, Q, and `Qᵀ A = Û diag(s) Vh`, U = Q Û (Musco and Musco, NeurIPS 2015; Golub, Luk
/// and Overton 1981). `Aᵀ u_i = s_i v_i` then holds by construction, and the residual
/// `max_i ||A v_i - s_i u_i|| / s_1` over the k components that are wanted certifies the rest: within it
/// of each `s_i` there is a singular value of A, in units of s_1. The space grows by a block at a time until the
/// residual is small enough, or is the whole of the smaller side, where the result is exact.
public struct BlockKrylovSVD: Sendable {
  /// Number of components that are wanted, k.
  public var rank: Int
  /// The residual at which to stop.
  public var tolerance = 1e-7
  /// Largest number of blocks.
  public var blockLimit = 40

  /// Creates the method.
  ///
  /// - Parameter rank: Number of components that are wanted, at least 1.
  public init(rank: Int) {
    precondition(rank > 0, "rank \(rank)")
    self.rank = rank
  }

  /// Leading triplets and how good they are.
  public struct Result: Sendable {
    /// The leading singular values, descending.
    public let values: [Double]
    /// U [rows x k] and Vh [k x columns], with the signs of `TruncatedSVD`.
    public let vectors: LowRankMatrix
    /// `max_i ||A v_i - s_i u_i|| / s_1`; 0 for a zero matrix.
    public let residual: Double
  }

  /// Finds the triplets.
  ///
  /// - Parameters:
  ///   - rows: Rows of A.
  ///   - columns: Columns of A.
  ///   - apply: For vectors x as rows [j x columns], the rows A x [j x rows].
  ///   - applyTransposed: For vectors y as rows [j x rows], the rows Aᵀ y [j x columns].
  /// - Returns: min(rank, rows, columns) triplets.
  /// - Throws: LAPACK's errors.
  package func decompose(
    rows: Int, columns: Int, apply: (borrowing DoubleMatrix) -> DoubleMatrix,
    applyTransposed: (borrowing DoubleMatrix) -> DoubleMatrix
  ) throws(LinearAlgebraError) -> Result {
    _ = try lapackShape(rows, columns)
    let limit = min(rows, columns)
    let wanted = min(rank, limit)
    let blockSize = min(wanted + 8, limit)
    var generator = SplitMix64(seed: 0)
    var start = DoubleMatrix(uninitializedRows: blockSize, columns: columns)
    for row in 0..<blockSize {
      for column in 0..<columns { start[row, column] = generator.normal() }
    }
    var block = apply(start)
    var basis = DoubleMatrix(rows: 0, columns: rows)
    var images = DoubleMatrix(rows: 0, columns: columns)
    for count in 1...blockLimit {
      let size = min(block.rows, limit - basis.rows)
      block = try block.leadingRows(size).orthonormalized(against: basis)
      let image = applyTransposed(block)
      basis = basis.appending(block)
      images = images.appending(image)
      let next = apply(image)
      let isLast = basis.rows == limit || count == blockLimit
      // The first blocks are worth no look: that costs a decomposition of what there is.
      if basis.rows >= wanted, count % 2 == 0 || isLast {
        let result = try leading(wanted, basis, images, apply)
        if isLast || result.residual <= tolerance { return result }
      }
      block = next
    }
    return try leading(wanted, basis, images, apply)
  }

  private func leading(
    _ count: Int, _ basis: borrowing DoubleMatrix, _ images: borrowing DoubleMatrix,
    _ apply: (borrowing DoubleMatrix) -> DoubleMatrix
  ) throws(LinearAlgebraError) -> Result {
    let core = try SVDRoutines.lapack.decompose(images)
    let u = DoubleMatrix(product: core.u.leadingColumns(count), .transposed, by: basis)
    let vh = core.vh.leadingRows(count)
    let image = apply(vh)
    var largest = 0.0
    for row in 0..<count {
      var squares = 0.0
      for column in 0..<image.columns {
        let difference = image[row, column] - core.values[row] * u[row, column]
        squares += difference * difference
      }
      largest = max(largest, squares.squareRoot())
    }
    let svd = TruncatedSVD(
      singularValues: Array(core.values.prefix(count)), u: u.transposed(), vh: vh,
      driver: core.driver)
    return Result(
      values: svd.singularValues, vectors: svd.vectors,
      residual: largest == 0 ? 0 : largest / (core.values.first ?? 1))
  }
}

extension DoubleMatrix {
  /// The rows of both.
  fileprivate consuming func appending(_ other: borrowing DoubleMatrix) -> DoubleMatrix {
    precondition(columns == other.columns, "rows of \(columns) and \(other.columns)")
    let result = DoubleMatrix(uninitializedRows: rows + other.rows, columns: columns)
    unsafe result.storage.update(from: storage, count: count)
    unsafe (result.storage + count).update(from: other.storage, count: other.count)
    return result
  }

  /// Orthonormal rows that span these beside the rows of a basis; dependent ones are filled up with
  /// others.
  ///
  /// Orthogonalised twice, before and after the factorisation, because what little is left of
  /// dependent rows is noise that need not be orthogonal to the basis.
  fileprivate consuming func orthonormalized(
    against basis: borrowing DoubleMatrix
  ) throws(LinearAlgebraError) -> DoubleMatrix {
    var result = self
    var lower = DoubleMatrix(rows: result.rows, columns: result.rows)
    for _ in 0..<3 {
      if basis.rows > 0 {
        let products = DoubleMatrix(product: result, by: basis, .transposed)
        result.multiply(products, by: basis, alpha: -1, beta: 1)
      }
      try result.orthonormalizeRows(lower: &lower)
    }
    return result
  }
}
