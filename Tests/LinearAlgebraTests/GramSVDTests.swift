import LinearAlgebra
import TestSupport
import Testing

/// Matrices that are formed, by way of their Gram matrix and as they are.
@Suite struct GramSVDTests {
  /// A sum of more products than the smaller side, whose weights fall evenly to `last`.
  private func sum(_ rows: Int, _ columns: Int, last: Double) throws -> OuterProductSum {
    var draws = Draws(seed: 5)
    let count = min(rows, columns) + 3
    var left = draws.matrix(count, rows)
    let right = draws.matrix(count, columns)
    for row in 0..<count {
      let weight = Float(1 - (1 - last) * Double(row) / Double(count - 1))
      for column in 0..<rows { left[row, column] *= weight }
    }
    var sum = OuterProductSum(rows: rows, columns: columns)
    try sum.add(left: left, right: right)
    return sum
  }

  @Test(arguments: [(40, 90), (90, 40), (50, 50), (1, 7), (7, 1)], [0, 3, 64])
  func valuesAndVectorsAreThoseOfGesdd(_ shape: (Int, Int), rank: Int) throws {
    let sum = try sum(shape.0, shape.1, last: 1e-2)
    let found = try FactoredSVD(rank: rank).decompose(sum)
    var method = FactoredSVD(rank: rank)
    method.usesGramMatrix = false
    let expected = try method.decompose(sum)
    #expect(found.driver == .sytrd && expected.driver == .gesdd)
    #expect(found.rank == expected.rank)
    for (a, b) in try pairs(found.singularValues, expected.singularValues) {
      // 4e-15 is the worst.
      #expect(abs(a - b) < 1e-12 * expected.singularValues[0])
    }
    // Rounding to float32 is all that either leaves.
    #expect(found.certificate.residual < 2e-7)
    #expect(found.certificate.orthogonalityDefect < 5e-7)
    for (a, b) in zip(found.vectors.left.elements, expected.vectors.left.elements) {
      #expect(abs(a - b) < 1e-5)
    }
  }

  /// Directions that are nearly nothing and are wanted all the same cannot be told from a Gram matrix.
  @Test func vectorsOfTinyValuesAreLeftToGesdd() throws {
    var draws = Draws(seed: 8)
    var sum = OuterProductSum(rows: 20, columns: 30)
    try sum.add(left: draws.matrix(15, 20), right: draws.matrix(15, 30))
    let right = draws.matrix(10, 30)
    var left = draws.matrix(10, 20)
    for row in 0..<10 { for column in 0..<20 { left[row, column] *= 1e-9 } }
    try sum.add(left: left, right: right)
    let whole = try FactoredSVD(rank: 20).decompose(sum)
    #expect(whole.driver == .gesdd)
    #expect(whole.certificate.orthogonalityDefect < 5e-7)
    // Without these vectors the values alone decide.
    let leading = try FactoredSVD(rank: 10).decompose(sum)
    for (a, b) in try pairs(leading.singularValues, whole.singularValues) {
      #expect(abs(a - b) < 1e-7 * whole.singularValues[0])
    }
    #expect(leading.certificate.residual < 2e-7)
  }

  @Test func aZeroMatrixIsLeftToGesdd() throws {
    var sum = OuterProductSum(rows: 2, columns: 3)
    try sum.add(
      left: Matrix(rows: 2, columns: 2, elements: [1, 0, 1, 0]),
      right: Matrix(rows: 2, columns: 3, elements: [1, 2, 3, -1, -2, -3]))
    let svd = try FactoredSVD(rank: 2).decompose(sum)
    #expect(svd.driver == .gesdd)
    #expect(svd.singularValues == [0, 0])
  }
}
