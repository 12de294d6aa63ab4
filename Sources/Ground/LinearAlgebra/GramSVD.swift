import Glibc

/// Singular value decomposition of a matrix by way of the Gram matrix of its smaller side.
///
/// With m <= n, `A Aᵀ = E diag(λ) Eᵀ` gives U = E, s = sqrt(λ), and `Vh = diag(1/s) Uᵀ A`; otherwise the other
/// way round. Nearly all work is one matrix product and a symmetric eigenproblem of order min(m, n)
/// (`LAPACKE_dsyevd`), several times less than reducing A itself to bidiagonal form, as `gesdd` does.
///
/// What it costs is accuracy in the small values. An error of a few eps λ_1 in λ is one of eps s_1 / s_i
/// relative to s_1 in s_i, and at worst 5e-8 s_1 where s_i is nothing: below what float32 factors tell.
/// Vectors of the long side are orthogonal to eps (s_1 / s_i)². Both are looked at, and where either is
/// more than results can bear, the matrix is left to `gesdd`:
///
/// - the vectors that are wanted must be orthonormal to a float32 rounding;
/// - bounds of the errors of the values must not move the logarithm of the effective rank, the measure
///   to which small values matter most, by more than 1e-4.
struct GramSVD: ~Copyable {
  /// All values; U [m x k] and Vh [k x n] of the first k.
  let core: CoreSVD
  /// Vectors of the short side, one a row, in the order of the values.
  private let vectors: DoubleMatrix  // [min(m, n) x min(m, n)]

  /// Decomposes a matrix of finite numbers; nil where it should be decomposed as it is.
  ///
  /// - Parameters:
  ///   - matrix: A, [m x n].
  ///   - rank: Number of components whose vectors are wanted.
  /// - Throws: LAPACK's errors.
  init?(_ matrix: borrowing DoubleMatrix, rank: Int) throws(LinearAlgebraError) {
    let isWide = matrix.rows <= matrix.columns
    var ascending = isWide ? DoubleMatrix(gramOf: matrix) : DoubleMatrix(gramOfColumnsOf: matrix)
    var squares = [Double](repeating: 0, count: ascending.rows)
    let status = try ascending.dsyevd(&squares)
    squares.reverse()
    guard status == 0, Self.resolves(squares) else { return nil }
    let count = ascending.rows
    var vectors = DoubleMatrix(uninitializedRows: count, columns: count)
    for row in 0..<count { vectors.setRow(row, to: ascending, row: count - 1 - row, times: 1) }
    let short = vectors.leadingRows(min(rank, count))
    // Orthogonal rows of length s, [k x long side].
    var long =
      isWide
      ? DoubleMatrix(product: short, by: matrix)
      : DoubleMatrix(product: short, by: matrix, .transposed)
    let lengths = long.normalizeRows()
    guard short.isOrthonormal, long.isOrthonormal else { return nil }
    var values = squares.map { max($0, 0).squareRoot() }
    for index in values.indices {
      // Closer than the root of an eigenvalue.
      if index < lengths.count { values[index] = lengths[index] }
      if index > 0 { values[index] = min(values[index], values[index - 1]) }
    }
    core =
      isWide
      ? CoreSVD(u: short.transposed(), values: values, vh: long, driver: .syevd)
      : CoreSVD(u: long.transposed(), values: values, vh: short, driver: .syevd)
    self.vectors = vectors
  }

  /// What the components from `first` on make of some vectors, by the matrix itself.
  ///
  /// - Parameters:
  ///   - x: The vectors, [n x p].
  ///   - first: First component that counts.
  ///   - matrix: A.
  /// - Returns: [m x p].
  func image(
    of x: borrowing DoubleMatrix, from first: Int, by matrix: borrowing DoubleMatrix
  ) -> DoubleMatrix {
    if matrix.rows <= matrix.columns {
      return projection(of: DoubleMatrix(product: matrix, by: x), from: first)
    }
    return DoubleMatrix(product: matrix, by: projection(of: x, from: first))
  }

  /// `Eᵀ E x` for the vectors from one on.
  private func projection(of x: borrowing DoubleMatrix, from first: Int) -> DoubleMatrix {
    var coordinates = DoubleMatrix(product: vectors, by: x)
    coordinates.scaleRows(by: (0..<vectors.rows).map { $0 < first ? 0 : 1 })
    return DoubleMatrix(product: vectors, .transposed, by: coordinates)
  }

  /// Whether the values are good enough for all that is measured of them.
  ///
  /// - Parameter squares: Eigenvalues, descending.
  /// - Returns: Whether the effective rank's logarithm is good to 1e-4.
  private static func resolves(_ squares: [Double]) -> Bool {
    guard let largest = squares.first, largest > 0, largest.isFinite else { return false }
    let error = 10 * Double.ulpOfOne * largest
    let total = squares.reduce(0) { $0 + max($1, 0).squareRoot() }
    let moved = squares.reduce(0.0) { moved, square in
      let own = square > error ? error / (2 * square.squareRoot()) : error.squareRoot()
      // d(-p log p) = (log p + 1) dp, and of nothing -dp log dp.
      let share = max(square.squareRoot().isNaN ? 0 : square.squareRoot(), own) / total
      return moved + own / total * abs(log(share))
    }
    return moved < 1e-4
  }
}

extension DoubleMatrix {
  /// Brings rows to unit length where they have any.
  ///
  /// - Returns: Their lengths before.
  fileprivate mutating func normalizeRows() -> [Double] {
    var lengths: [Double] = []
    for row in 0..<rows {
      let elements = self.row(row)
      var sum = 0.0
      for column in elements.indices { sum += elements[column] * elements[column] }
      lengths.append(sum.squareRoot())
    }
    scaleRows(by: lengths.map { $0 > 0 ? 1 / $0 : 0 })
    return lengths
  }

  /// Whether the rows are orthonormal to a float32 rounding.
  fileprivate var isOrthonormal: Bool {
    DoubleMatrix(product: self, by: self, .transposed).largestDeviationFromIdentity
      < Double(Float.ulpOfOne)
  }
}
