import Glibc

/// Singular value decomposition of a matrix by way of the Gram matrix of its smaller side.
///
/// With m <= n, `A Aᵀ = E diag(λ) Eᵀ` gives U = E, s = sqrt(λ), and `Vh = diag(1/s) Uᵀ A`; otherwise the other
/// way round. Nearly all work is one matrix product and one reduction of it to tridiagonal form
/// (`LAPACKE_dsytrd`), from which all values follow (`dsterf`) and the vectors of only the components that are
/// wanted (`dstemr`, `dormtr`): several times less than reducing A itself to bidiagonal form and finding all
/// vectors, as `gesdd` does.
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

  /// Decomposes a matrix of finite numbers; nil where it should be decomposed as it is.
  ///
  /// - Parameters:
  ///   - matrix: A, [m x n].
  ///   - rank: Number of components whose vectors are wanted.
  /// - Throws: LAPACK's errors.
  init?(_ matrix: borrowing DoubleMatrix, rank: Int) throws(LinearAlgebraError) {
    let isWide = matrix.rows <= matrix.columns
    let gram = isWide ? DoubleMatrix(gramOf: matrix) : DoubleMatrix(gramOfColumnsOf: matrix)
    let trace = (0..<gram.rows).reduce(0) { $0 + gram[$1, $1] }
    let eigenproblem = try SymmetricEigenproblem(gram)
    guard let squares = try eigenproblem.values(), Self.resolves(squares, trace: trace),
      let short = try eigenproblem.leadingVectors(min(rank, squares.count))
    else { return nil }
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
      ? CoreSVD(u: short.transposed(), values: values, vh: long, driver: .sytrd)
      : CoreSVD(u: long.transposed(), values: values, vh: short, driver: .sytrd)
  }

  /// What the components whose vectors were not wanted make of some vectors, by the matrix itself:
  /// `(1 - U Uᵀ) A x`, or `A (1 - V Vᵀ) x` where the columns are the short side.
  ///
  /// - Parameters:
  ///   - x: The vectors, [n x p].
  ///   - matrix: A.
  /// - Returns: [m x p].
  func restImage(
    of x: borrowing DoubleMatrix, by matrix: borrowing DoubleMatrix
  ) -> DoubleMatrix {
    if matrix.rows <= matrix.columns {
      var image = DoubleMatrix(product: matrix, by: x)
      let coordinates = DoubleMatrix(product: core.u, .transposed, by: image)
      image.subtract(DoubleMatrix(product: core.u, by: coordinates))
      return image
    }
    var rest = x.copy()
    let coordinates = DoubleMatrix(product: core.vh, by: x)
    rest.subtract(DoubleMatrix(product: core.vh, .transposed, by: coordinates))
    return DoubleMatrix(product: matrix, by: rest)
  }

  /// Whether the values are good enough for all that is measured of them.
  ///
  /// - Parameters:
  ///   - squares: Eigenvalues, descending.
  ///   - trace: What they should add up to.
  /// - Returns: Whether the effective rank's logarithm is good to 1e-4.
  private static func resolves(_ squares: [Double], trace: Double) -> Bool {
    guard let largest = squares.first, largest > 0, largest.isFinite,
      abs(squares.reduce(0, +) - trace) < 1e-10 * trace
    else { return false }
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
