import LinearAlgebra
import TestSupport
import Testing

@Test(arguments: [(9, 4), (5, 5), (7, 1), (4, 0)])
func factorsMultiplyToTheMatrix(shape: (Int, Int)) throws {
  var draws = Draws(seed: 51)
  let matrix = draws.matrix(shape.0, shape.1)
  let factored = try ThinQR(matrix.copy())
  var product = Matrix(rows: shape.0, columns: shape.1)
  product.multiply(factored.q, by: factored.r)
  // Entries of size 1 in float32.
  #expect(product.elements.count == matrix.elements.count)
  for (actual, expected) in zip(product.elements, matrix.elements) {
    #expect(abs(actual - expected) < 1e-5)
  }
  #expect(columnOrthogonalityDefect(factored.q) < 1e-6)
  for row in 0..<shape.1 {
    #expect(factored.r[row, row] >= 0)
    for column in 0..<row { #expect(factored.r[row, column] == 0) }
  }
}

/// 3-4-5: the first column of A = Q R is (3, 4), so Q starts with (0.6, 0.8) and R with 5.
@Test func knownFactorisation() throws {
  let factored = try ThinQR(Matrix(rows: 2, columns: 2, elements: [3, 1, 4, 2]))
  let expectedQ: [Float] = [0.6, -0.8, 0.8, 0.6]
  let expectedR: [Float] = [5, 2.2, 0, 0.4]
  for (actual, expected) in try pairs(
    factored.q.elements + factored.r.elements, expectedQ + expectedR)
  {
    #expect(abs(actual - expected) < 1e-6)
  }
}

@Test func zeroColumnsGetOrthonormalOnes() throws {
  let factored = try ThinQR(Matrix(rows: 6, columns: 3))
  #expect(columnOrthogonalityDefect(factored.q) < 1e-6)
}

@Test func nonFiniteMatricesAreRefused() {
  #expect(
    throws: LinearAlgebraError.nonFinite(operand: "matrix", row: 1, column: 0, value: "nan")
  ) { _ = try ThinQR(Matrix(rows: 3, columns: 1, elements: [1, .nan, 2])) }
}
