import RandomNumbers

/// How far a computed decomposition `G = U diag(s) Vh` is from being one, measured after it was made.
///
/// Both numbers are of the result, against the factors that it was made from: nothing that went
/// into the decomposition is taken for granted. Components that have vectors count as they are
/// stored, in float32; those past them as they were computed, in float64. A good decomposition
/// therefore has a few float32 roundings, 1e-8 to 1e-7, and one without vectors some 1e-15.
public struct DecompositionCertificate: Sendable, Equatable {
  /// Beyond this something is wrong: some hundred float32 roundings.
  public static let limit = 1e-5

  /// `||G - U diag(s) Vh||_F / ||G||_F` over all components; 0 for a zero matrix.
  ///
  /// Estimated from the images of p Gaussian vectors w, since the expectation of `||E w||²` is
  /// `||E||_F²` (Girard 1989; Hutchinson 1990) and forming G would cost more than decomposing it.
  /// The images of G and of the decomposition are subtracted as vectors, so that the noise floor is
  /// eps and not its square root, as it is for a difference of squared norms. The estimate is worst for an
  /// error of rank one, where it follows a chi-squared distribution with p degrees of freedom: below a
  /// third of the truth once in 50 times, below a tenth once in 5000.
  public let residual: Double
  /// Largest entry of `|Uᵀ U - I|` and `|Vh Vhᵀ - I|`.
  ///
  /// The larger of two: that of the vectors that are stored, entry by entry, and that of all
  /// components as they were computed.
  public let orthogonalityDefect: Double

  /// Of what was not measured.
  static let none = DecompositionCertificate(residual: .nan, orthogonalityDefect: .nan)

  private init(residual: Double, orthogonalityDefect: Double) {
    self.residual = residual
    self.orthogonalityDefect = orthogonalityDefect
  }

  /// Compares the images of test vectors.
  ///
  /// - Parameters:
  ///   - image: `G w`, a test vector a column.
  ///   - found: `U diag(s) Vh w`.
  ///   - orthogonalityDefect: Largest entry of `|Uᵀ U - I|` and `|Vh Vhᵀ - I|`.
  init(image: borrowing DoubleMatrix, found: borrowing DoubleMatrix, orthogonalityDefect: Double) {
    var squares = 0.0
    for row in 0..<image.rows {
      for column in 0..<image.columns {
        let difference = found[row, column] - image[row, column]
        squares += difference * difference
      }
    }
    residual = squares == 0 ? 0 : (squares / image.sumOfSquares).squareRoot()
    self.orthogonalityDefect = orthogonalityDefect
  }
}

extension DoubleMatrix {
  /// Test vectors, standard normal, a column each: the same for each length.
  init(testVectorsOfLength length: Int) {
    let count = 4
    self.init(uninitializedRows: length, columns: count)
    var generator = SplitMix64(seed: 0)
    for row in 0..<length {
      for column in 0..<count { self[row, column] = generator.normal() }
    }
  }

  /// Largest entry of `|self - I|`, for products of vectors with each other; NaN where one is.
  var largestDeviationFromIdentity: Double {
    var largest = 0.0
    for row in 0..<rows {
      let entries = self.row(row)
      for column in entries.indices {
        let deviation = abs(entries[column] - (row == column ? 1 : 0))
        if deviation > largest || deviation.isNaN { largest = deviation }
        if largest.isNaN { return largest }
      }
    }
    return largest
  }
}

extension CoreSVD {
  /// `u diag(values) vh x` of the components from `first` on.
  func image(of vectors: borrowing DoubleMatrix, from first: Int) -> DoubleMatrix {
    var weights = DoubleMatrix(product: vh, by: vectors)
    weights.scaleRows(by: values.enumerated().map { $0 < first ? 0 : $1 })
    return DoubleMatrix(product: u, by: weights)
  }

  /// Largest deviation of the components' inner products from the identity, in spaces whose basis vectors
  /// have these inner products.
  func orthogonalityDefect(
    _ left: borrowing DoubleMatrix, _ right: borrowing DoubleMatrix
  ) -> Double {
    let outer = DoubleMatrix(product: DoubleMatrix(product: u, .transposed, by: left), by: u)
    let inner = DoubleMatrix(product: DoubleMatrix(product: vh, by: right), by: vh, .transposed)
    return largest(outer, inner)
  }

  /// The same where the components are vectors of the space itself.
  var orthogonalityDefect: Double {
    largest(
      DoubleMatrix(product: u, .transposed, by: u), DoubleMatrix(product: vh, by: vh, .transposed))
  }
}

extension LowRankMatrix {
  /// For vectors U and Vh as they are stored: adds `U diag(values) Vh x`, and finds how orthonormal they
  /// are.
  ///
  /// - Parameters:
  ///   - values: The first k singular values.
  ///   - vectors: x.
  ///   - image: What is added to.
  /// - Returns: Largest entry of `|Uᵀ U - I|` and `|Vh Vhᵀ - I|`.
  func addImage(
    values: some Sequence<Double>, of vectors: borrowing DoubleMatrix, to image: inout DoubleMatrix
  ) -> Double {
    let u = DoubleMatrix(left, rows: Array(0..<left.rows))
    let vh = DoubleMatrix(right, rows: Array(0..<right.rows))
    var weights = DoubleMatrix(product: vh, by: vectors)
    weights.scaleRows(by: Array(values))
    image.multiply(u, by: weights, beta: 1)
    return largest(
      DoubleMatrix(product: u, .transposed, by: u), DoubleMatrix(product: vh, by: vh, .transposed))
  }
}

/// The larger deviation of two; NaN where one is.
private func largest(_ a: borrowing DoubleMatrix, _ b: borrowing DoubleMatrix) -> Double {
  let deviations = [a.largestDeviationFromIdentity, b.largestDeviationFromIdentity]
  return deviations.contains { $0.isNaN } ? .nan : max(deviations[0], deviations[1])
}
