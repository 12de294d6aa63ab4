/// The leading components of an exact singular value decomposition `G = U diag(s) Vh`.
///
/// All singular values are there, since spectral measures need all of them; of the vectors those of
/// the first k components. The vectors are orthonormal also where a singular value is zero. In each
/// column of U the entry of largest magnitude (the first of them, in case of a tie) is positive,
/// which fixes the sign of the pair.
public struct TruncatedSVD: ~Copyable, Sendable {
  /// All singular values, descending.
  public private(set) var singularValues: [Double]
  /// U, a component a column.
  public let leftSingularVectors: Matrix  // [out x k]
  /// Vh, a component a row: transposed, as NumPy and LAPACK return it.
  public let rightSingularVectorsTransposed: Matrix  // [k x in]
  /// The LAPACK algorithm that found them.
  public let driver: SVDDriver

  /// Number of components that have vectors, k.
  public var rank: Int { leftSingularVectors.columns }

  /// Creates a decomposition from float64 vectors of any sign.
  init(
    singularValues: [Double], u: borrowing DoubleMatrix, vh: borrowing DoubleMatrix,
    driver: SVDDriver
  ) {
    var left = Matrix(rounding: u)
    var right = Matrix(rounding: vh)
    fixSigns(of: &left, &right)
    self.singularValues = singularValues
    leftSingularVectors = left
    rightSingularVectorsTransposed = right
    self.driver = driver
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
    let (out, width) = (leftSingularVectors.rows, rightSingularVectorsTransposed.columns)
    var scaled = Matrix(uninitializedRows: rank, columns: width)
    for component in 0..<rank {
      let value = Float(singularValues[component])
      for column in 0..<width {
        scaled[component, column] = value * rightSingularVectorsTransposed[component, column]
      }
    }
    var result = Matrix(rows: out, columns: width)
    let target = result.wholeBlock
    result.multiply(
      leftSingularVectors, Block(rows: 0..<out, columns: 0..<rank), by: scaled, scaled.wholeBlock,
      into: target)
    return result
  }
}

extension Matrix {
  /// The nearest float32 matrix.
  init(rounding matrix: borrowing DoubleMatrix) {
    self.init(uninitializedRows: matrix.rows, columns: matrix.columns)
    for index in 0..<count { unsafe storage[index] = Float(matrix.storage[index]) }
  }
}

/// Makes the entry of largest magnitude in each column of `left` positive, turning the rows of
/// `right` along with it.
private func fixSigns(of left: inout Matrix, _ right: inout Matrix) {
  let signs = signsOfLargestEntries(left)
  for row in 0..<left.rows {
    let start = unsafe left.storage + row * left.columns
    for column in 0..<left.columns { unsafe start[column] *= signs[column] }
  }
  for component in 0..<right.rows where signs[component] < 0 {
    let start = unsafe right.storage + component * right.columns
    for column in 0..<right.columns { unsafe start[column] = -start[column] }
  }
}

/// For each column 1 or -1, the sign of its entry of largest magnitude.
private func signsOfLargestEntries(_ matrix: borrowing Matrix) -> [Float] {
  var largest = [Float](repeating: 0, count: matrix.columns)
  for row in 0..<matrix.rows {
    let start = unsafe matrix.storage + row * matrix.columns
    for column in 0..<matrix.columns where unsafe abs(start[column]) > abs(largest[column]) {
      unsafe largest[column] = start[column]
    }
  }
  return largest.map { $0 < 0 ? -1 : 1 }
}
