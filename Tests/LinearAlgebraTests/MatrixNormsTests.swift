import LinearAlgebra
import Testing

@Test func frobeniusNormOfKnownMatrices() {
  #expect(Matrix(rows: 2, columns: 2, elements: [1, -2, 2, 4]).frobeniusNorm == 5)
  #expect(Matrix(rows: 0, columns: 3).frobeniusNorm == 0)
  // In float32 these squares overflow or vanish.
  #expect(abs(Matrix(rows: 1, columns: 2, elements: [3e30, 4e30]).frobeniusNorm / 5e30 - 1) < 1e-6)
  #expect(
    abs(Matrix(rows: 1, columns: 2, elements: [3e-30, 4e-30]).frobeniusNorm / 5e-30 - 1) < 1e-6)
}

@Test func rowsWithAnyEntryAreNonzero() {
  let matrix = Matrix(
    rows: 5, columns: 2, elements: [0, 0, 0, .leastNonzeroMagnitude, -0.0, 0, .nan, 0, -1, 1])
  #expect(matrix.nonzeroRows == [1, 3, 4])
}

@Test(arguments: [Float.nan, .infinity, -.infinity])
func firstNonFiniteEntryIsNamed(value: Float) {
  let matrix = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, value, value])
  #expect(
    throws: LinearAlgebraError.nonFinite(operand: "X", row: 1, column: 1, value: "\(value)")
  ) { try matrix.requireFinite("X") }
}

@Test func largestNumbersAreFinite() throws {
  let extremes: [Float] = [
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0,
  ]
  try Matrix(rows: 2, columns: 2, elements: extremes).requireFinite("X")
}
