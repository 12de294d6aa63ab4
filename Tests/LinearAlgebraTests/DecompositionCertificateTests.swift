import LinearAlgebra
import TestSupport
import Testing

/// Factored and formed, with vectors for all components, some and none.
private let cases = [(12, 40, 30), (30, 14, 20)].flatMap { shape in [0, 3, 64].map { (shape, $0) } }

/// What a decomposition without fault has: roundings of float32 where vectors are stored.
@Test(arguments: cases)
func goodDecompositionsHaveGoodCertificates(shape: (Int, Int, Int), rank: Int) throws {
  var draws = Draws(seed: 21)
  let left = draws.matrix(shape.0, shape.1)
  let right = draws.matrix(shape.0, shape.2)
  let svd = try FactoredSVD(rank: rank).decompose(left: left, right: right)
  #expect(svd.certificate.residual < (rank == 0 ? 1e-14 : 1e-7))
  #expect(svd.certificate.orthogonalityDefect < (rank == 0 ? 1e-12 : 2e-7))
  if rank == 64 {
    // Against G formed: the estimate is of errors spread over all components, far from its worst case.
    let truth = residual(svd, left, right) * svd.singularValues[0] / norm(svd.singularValues)
    #expect(svd.certificate.residual > truth / 2 && svd.certificate.residual < truth * 2)
    let defect = max(
      columnOrthogonalityDefect(svd.vectors.left), rowOrthogonalityDefect(svd.vectors.right))
    #expect(abs(svd.certificate.orthogonalityDefect - defect) < 1e-12)
  }
}

private func norm(_ values: [Double]) -> Double {
  values.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

/// LAPACK, after which `damage` has its way.
private func method(
  rank: Int, damage: @escaping @Sendable (inout CoreSVD) -> Void
) -> FactoredSVD {
  var method = FactoredSVD(rank: rank)
  method.usesGramMatrix = false
  method.routines = SVDRoutines { driver, matrix, result in
    let status = SVDRoutines.lapack.run(driver, &matrix, &result)
    damage(&result)
    return status
  }
  return method
}

/// The certificate sees a wrong singular value, in proportion.
@Test(arguments: cases, [1e-1, 1e-4])
func wrongValuesAreSeen(
  shape: ((Int, Int, Int), Int), size: Double
) throws {
  let ((rows, out, columns), rank) = shape
  var draws = Draws(seed: 22)
  let left = draws.matrix(rows, out)
  let right = draws.matrix(rows, columns)
  let svd = try method(rank: rank) { $0.values[5] *= 1 + size }.decompose(left: left, right: right)
  // The error has rank one, and the estimate the spread of a chi-squared distribution.
  let truth = size * svd.singularValues[5] / norm(svd.singularValues)
  #expect(svd.certificate.residual > truth / 5 && svd.certificate.residual < truth * 3)
  #expect(svd.certificate.orthogonalityDefect < 2e-7)
}

/// Two vectors turned into each other stay orthonormal, and are those of another matrix.
@Test(arguments: cases)
func turnedVectorsAreSeen(shape: (Int, Int, Int), rank: Int) throws {
  var draws = Draws(seed: 23)
  let left = draws.matrix(shape.0, shape.1)
  let right = draws.matrix(shape.0, shape.2)
  let svd = try method(rank: rank) { core in
    for row in 0..<core.u.rows {
      let (a, b) = (core.u[row, 0], core.u[row, 4])
      core.u[row, 0] = 0.8 * a + 0.6 * b
      core.u[row, 4] = -0.6 * a + 0.8 * b
    }
  }.decompose(left: left, right: right)
  #expect(svd.certificate.residual > 0.05)
  #expect(svd.certificate.orthogonalityDefect < 2e-7)
}

/// A vector that leans towards another is not orthogonal to it.
@Test(arguments: cases, [true, false])
func leaningVectorsAreSeen(shape: ((Int, Int, Int), Int), onTheLeft: Bool) throws {
  let ((rows, out, columns), rank) = shape
  var draws = Draws(seed: 24)
  let left = draws.matrix(rows, out)
  let right = draws.matrix(rows, columns)
  let svd = try method(rank: rank) { core in
    if onTheLeft {
      for row in 0..<core.u.rows { core.u[row, 5] += 1e-3 * core.u[row, 1] }
    } else {
      for column in 0..<core.vh.columns { core.vh[5, column] += 1e-3 * core.vh[1, column] }
    }
  }.decompose(left: left, right: right)
  #expect(abs(svd.certificate.orthogonalityDefect - 1e-3) < 1e-5)
  #expect(svd.certificate.residual > 1e-5)
}

@Test func aZeroMatrixHasNoError() throws {
  let svd = try FactoredSVD().decompose(
    left: Matrix(rows: 3, columns: 8), right: Matrix(rows: 3, columns: 9))
  #expect(svd.certificate.residual == 0)
  #expect(svd.certificate.orthogonalityDefect == 0)
}

/// `share_ti = (u_i · left_t) (right_t · v_i) / s_i` from the stored vectors, and its sums.
@Test(arguments: [(12, 40, 30), (30, 14, 20)])
func sharesAddUpToOne(shape: (Int, Int, Int)) throws {
  var draws = Draws(seed: 25)
  var left = draws.matrix(shape.0, shape.1)
  let right = draws.matrix(shape.0, shape.2)
  for column in 0..<shape.1 { left[2, column] = 0 }
  var method = FactoredSVD(rank: 8)
  method.findsShares = true
  let svd = try method.decompose(left: left, right: right)
  #expect(svd.shares.rows == shape.0 && svd.shares.columns == 8)
  for component in 0..<8 {
    var sum = 0.0
    for row in 0..<shape.0 {
      var (outer, inner) = (0.0, 0.0)
      for index in 0..<shape.1 {
        outer += Double(left[row, index]) * Double(svd.vectors.left[index, component])
      }
      for index in 0..<shape.2 {
        inner += Double(right[row, index]) * Double(svd.vectors.right[component, index])
      }
      let share = outer * inner / svd.singularValues[component]
      // Vectors rounded to float32.
      #expect(abs(Double(svd.shares[row, component]) - share) < 1e-6)
      sum += Double(svd.shares[row, component])
    }
    #expect(svd.shares[2, component] == 0)
    #expect(abs(sum - 1) < 1e-6)
  }
}

/// Past the rank there is nothing to have a share in.
@Test func componentsPastTheRankHaveNoShares() throws {
  var draws = Draws(seed: 26)
  let left = draws.matrix(4, 10)
  var right = draws.matrix(4, 9)
  for column in 0..<9 { right[3, column] = right[1, column] }
  var method = FactoredSVD()
  method.findsShares = true
  let svd = try method.decompose(left: left, right: right)
  #expect(svd.shares.rows == 4 && svd.shares.columns == 4)
  for row in 0..<4 {
    #expect(!svd.shares[row, 2].isNaN)
    #expect(svd.shares[row, 3].isNaN)
  }
}
