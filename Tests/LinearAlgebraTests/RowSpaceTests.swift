import LinearAlgebra
import TestSupport
import Testing

/// Rows that are alike but for a part in `distance`, at very different lengths.
private func rowsAlike(to distance: Double, count: Int, length: Int) -> Matrix {
  var draws = Draws(seed: 21)
  let base = draws.matrix(1, length)
  let own = draws.matrix(count, length)
  var result = Matrix(rows: count, columns: length)
  for row in 0..<count {
    let size: Float = row == 0 ? 5000 : 1
    for column in 0..<length {
      result[row, column] = size * (base[0, column] + Float(distance) * own[row, column])
    }
  }
  return result
}

/// The estimate in `RowSpace` hands over to Householder reflections before orthonormality is lost:
/// whatever the rows, the stored vectors are orthonormal to the rounding of their entries.
@Test(arguments: [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 0])
func vectorsAreOrthonormalHoweverAlikeTheRows(distance: Double) throws {
  let right = rowsAlike(to: distance, count: 20, length: 60)
  var draws = Draws(seed: 22)
  let left = draws.matrix(20, 50)
  let svd = try FactoredSVD().decompose(left: left, right: right)
  #expect(svd.rank == 20)
  #expect(rowOrthogonalityDefect(svd.vectors.right) < 1e-6)
  #expect(columnOrthogonalityDefect(svd.vectors.left) < 1e-6)
  // The bound of 1e-7 on the bases is one on the relative error of the values.
  #expect(deviation(svd.singularValues, from: try denseSingularValues(left, right)) < 2e-7)
}

@Test func wellConditionedRowsTakeTheFastWay() throws {
  #expect(
    try RowSpace(of: rowsAlike(to: 0.1, count: 20, length: 60), rows: Array(0..<20)).method
      == .cholesky)
}

@Test func repeatedRowsTakeTheSafeWay() throws {
  #expect(
    try RowSpace(of: rowsAlike(to: 0, count: 20, length: 60), rows: Array(0..<20)).method
      == .householder)
}

/// Balancing makes the length of rows irrelevant: without it this Gram matrix has condition 1e24.
@Test func lengthsOfRowsDoNotMatter() throws {
  var draws = Draws(seed: 23)
  var matrix = draws.matrix(10, 40)
  for column in 0..<40 {
    matrix[0, column] *= 1e6
    matrix[1, column] *= 1e-6
  }
  #expect(try RowSpace(of: matrix, rows: Array(0..<10)).method == .cholesky)
}
