import LinearAlgebra
import TestSupport
import Testing

private func krylov(_ matrix: borrowing DoubleMatrix, rank: Int) throws -> BlockKrylovSVD.Result {
  let a = matrix.copy()
  return try BlockKrylovSVD(rank: rank).decompose(
    rows: a.rows, columns: a.columns,
    apply: { DoubleMatrix(product: $0, by: a, .transposed) },
    applyTransposed: { DoubleMatrix(product: $0, by: a) })
}

/// Singular values that fall slowly, as those of a difference of weights do.
private func slowlyFalling(_ rows: Int, _ columns: Int) -> DoubleMatrix {
  var draws = Draws(seed: 31)
  let left = draws.matrix(rows, rows)
  let right = draws.matrix(rows, columns)
  var scaled = DoubleMatrix(right, rows: Array(0..<rows))
  scaled.scaleRows(by: (0..<rows).map { 1 / (1 + 0.2 * Double($0)) })
  return DoubleMatrix(product: DoubleMatrix(left, rows: Array(0..<rows)), by: scaled)
}

@Test(arguments: [(60, 90, 8), (90, 40, 8), (30, 30, 1), (12, 50, 12), (5, 4, 16)])
func leadingTripletsAreThoseOfLAPACK(shape: (Int, Int, Int)) throws {
  let matrix = slowlyFalling(shape.0, shape.1)
  let reference = try SVDRoutines.lapack.decompose(matrix)
  let found = try krylov(matrix, rank: shape.2)
  let count = min(shape.0, shape.1, shape.2)
  #expect(found.values.count == count)
  #expect(found.residual <= 1e-7)
  for (value, expected) in zip(found.values, reference.values) {
    // The error of a value is the square of the residual over the gap, far below the residual.
    #expect(abs(value - expected) < 1e-9 * reference.values[0])
  }
  #expect(columnOrthogonalityDefect(found.vectors.left) < 1e-6)
  #expect(rowOrthogonalityDefect(found.vectors.right) < 1e-6)
  // The pair of a component has one sign.
  for component in 0..<min(count, 3) {
    var (u, v) = (0.0, 0.0)
    for row in 0..<matrix.rows {
      u += Double(found.vectors.left[row, component]) * reference.u[row, component]
    }
    for column in 0..<matrix.columns {
      v += Double(found.vectors.right[component, column]) * reference.vh[component, column]
    }
    #expect(abs(abs(u) - 1) < 1e-6 && abs(u - v) < 1e-6)
  }
}

/// Where blocks are few the certificate says how far it came.
@Test func theCertificateSaysWhatIsMissing() throws {
  let matrix = slowlyFalling(200, 300)
  var method = BlockKrylovSVD(rank: 8)
  method.blockLimit = 2
  let a = matrix.copy()
  let found = try method.decompose(
    rows: 200, columns: 300, apply: { DoubleMatrix(product: $0, by: a, .transposed) },
    applyTransposed: { DoubleMatrix(product: $0, by: a) })
  #expect(found.residual > 1e-6)
  let reference = try SVDRoutines.lapack.decompose(matrix).values
  for (value, expected) in zip(found.values, reference) {
    #expect(abs(value - expected) <= found.residual * found.values[0] * 1.001)
  }
}

@Test func dependentAndZeroRowsAreNoObstacle() throws {
  let found = try krylov(DoubleMatrix(rows: 20, columns: 30), rank: 4)
  #expect(found.values == [0, 0, 0, 0] && found.residual == 0)
  // Rank two: the space is exhausted by its first block.
  var draws = Draws(seed: 32)
  let left = DoubleMatrix(draws.matrix(2, 40), rows: [0, 1])
  let right = DoubleMatrix(draws.matrix(2, 30), rows: [0, 1])
  let low = try krylov(DoubleMatrix(product: left, .transposed, by: right), rank: 4)
  #expect(low.values[1] > 1 && low.values[2] < 1e-12 * low.values[0])
  #expect(low.residual < 1e-12)
  #expect(columnOrthogonalityDefect(low.vectors.left) < 1e-6)
}
