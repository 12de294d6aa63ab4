/// The leading components of an exact singular value decomposition `G = U diag(s) Vh`.
///
/// All singular values are there, since spectral measures need all of them; of the vectors those of
/// the first k components. The vectors are orthonormal also where a singular value is zero. In each
/// column of U the entry of largest magnitude (the first of them, in case of a tie) is positive,
/// which fixes the sign of the pair.
public struct TruncatedSVD: ~Copyable, Sendable {
  /// All singular values, descending.
  public private(set) var singularValues: [Double]
  /// U, a component a column, on the left, and Vh, a component a row, on the right: transposed, as NumPy
  /// and LAPACK return it.
  public let vectors: LowRankMatrix  // [out x k] [k x in]
  /// The LAPACK algorithm that found them.
  public let driver: SVDDriver

  /// How good the decomposition is.
  public private(set) var certificate = DecompositionCertificate.none
  /// What each outer product of the sum contributes to each component with vectors, NaN for components
  /// that are rounding error, such as those past the rank; empty where it was not asked for.
  public internal(set) var shares = Matrix(rows: 0, columns: 0)  // [T x k]

  /// Number of components that have vectors, k.
  public var rank: Int { vectors.innerDimension }

  /// Creates a decomposition from float64 vectors of any sign.
  init(
    singularValues: [Double], u: borrowing DoubleMatrix, vh: borrowing DoubleMatrix,
    driver: SVDDriver
  ) {
    let signs = signsOfLargestEntries(u)
    self.singularValues = singularValues
    vectors = LowRankMatrix(
      left: Matrix(rounding: u) { _, column in signs[column] },
      right: Matrix(rounding: vh) { row, _ in signs[row] })
    self.driver = driver
  }

  /// Measures how good the decomposition is.
  ///
  /// - Parameters:
  ///   - testVectors: x.  // [in x p]
  ///   - image: `G x`.
  ///   - rest: What the components without vectors make of x.
  ///   - defect: How far all components are from being orthonormal, as they were computed.
  mutating func certify(
    _ testVectors: borrowing DoubleMatrix, image: borrowing DoubleMatrix,
    rest: consuming DoubleMatrix, defect: Double
  ) {
    var found = rest
    let stored = vectors.addImage(
      values: singularValues.prefix(rank), of: testVectors, to: &found)
    certificate = DecompositionCertificate(
      image: image, found: found,
      orthogonalityDefect: stored.isNaN || defect.isNaN ? .nan : max(stored, defect))
  }

  /// The decomposition of a positive multiple of the matrix.
  ///
  /// - Parameter factor: At least 0.
  /// - Returns: The same vectors, other values.
  public consuming func scaled(by factor: Double) -> TruncatedSVD {
    precondition(factor >= 0, "a factor of \(factor) would turn vectors round")
    singularValues = singularValues.map { $0 * factor }
    return self
  }

  /// `U_r diag(s_r) Vh_r`, the best approximation of rank r (Eckart and Young 1936).
  ///
  /// - Parameter rank: Number of components, at most `self.rank`.
  /// - Returns: [out x in].
  public func reconstruction(rank: Int) -> Matrix {
    precondition(rank >= 0 && rank <= self.rank, "rank \(rank) of \(self.rank)")
    let (out, width) = (vectors.left.rows, vectors.right.columns)
    var scaled = Matrix(uninitializedRows: rank, columns: width)
    for component in 0..<rank {
      let value = Float(singularValues[component])
      for column in 0..<width {
        scaled[component, column] = value * vectors.right[component, column]
      }
    }
    var result = Matrix(rows: out, columns: width)
    let target = result.wholeBlock
    result.multiply(
      vectors.left, Block(rows: 0..<out, columns: 0..<rank), by: scaled, scaled.wholeBlock,
      into: target)
    return result
  }
}

extension Matrix {
  /// The nearest float32 matrix, each element times a sign.
  @inline(__always)
  fileprivate init(rounding matrix: borrowing DoubleMatrix, _ sign: (Int, Int) -> Double) {
    self.init(uninitializedRows: matrix.rows, columns: matrix.columns)
    for row in 0..<rows {
      let (source, target) = unsafe (matrix.storage + row * columns, storage + row * columns)
      for column in 0..<columns {
        unsafe target[column] = Float(source[column] * sign(row, column))
      }
    }
  }
}

/// For each column 1 or -1, the sign of its entry of largest magnitude, the first of them where
/// several are equal as they are stored.
private func signsOfLargestEntries(_ matrix: borrowing DoubleMatrix) -> [Double] {
  var largest = [Float](repeating: 0, count: matrix.columns)
  for row in 0..<matrix.rows {
    let start = unsafe matrix.storage + row * matrix.columns
    for column in 0..<matrix.columns where unsafe abs(Float(start[column])) > abs(largest[column]) {
      unsafe largest[column] = Float(start[column])
    }
  }
  return largest.map { $0 < 0 ? -1 : 1 }
}
