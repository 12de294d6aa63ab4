import Failures
import LinearAlgebra
import TestSupport
import Testing

private func factor(_ rows: Int, _ columns: Int) -> Matrix {
  var draws = Draws(seed: UInt64(columns))
  return draws.matrix(rows, columns)
}

/// With 4 rows the product stays factored, with 20 it is formed.
@Test(arguments: [4, 20], [Float.nan, .infinity, -.infinity])
func nonFiniteEntriesAreNamed(rows: Int, value: Float) throws {
  var left = factor(rows, 8)
  var right = factor(rows, 10)
  left[2, 7] = value
  #expect(
    throws: LinearAlgebraError.nonFinite(
      operand: "left factor", row: 2, column: 7, value: "\(value)")
  ) { _ = try FactoredSVD().decompose(left: left, right: right) }
  left = factor(rows, 8)
  right[3, 1] = value
  #expect(
    throws: LinearAlgebraError.nonFinite(
      operand: "right factor", row: 3, column: 1, value: "\(value)")
  ) { _ = try FactoredSVD().decompose(left: left, right: right) }
}

/// Zero times NaN is NaN: a row that is left out is looked at all the same.
@Test func nonFiniteEntriesAreNamedInRowsThatAreLeftOut() throws {
  var left = factor(4, 8)
  var right = factor(4, 10)
  for column in 0..<8 { left[1, column] = 0 }
  right[1, 9] = .nan
  #expect(
    throws: LinearAlgebraError.nonFinite(
      operand: "right factor", row: 1, column: 9, value: "nan")
  ) { _ = try FactoredSVD().decompose(left: left, right: right) }
}

/// LAPACK in which some drivers return a given `info`.
private func method(returning info: Int32, from broken: Set<SVDDriver>) -> FactoredSVD {
  var method = FactoredSVD()
  method.usesGramMatrix = false
  method.routines = SVDRoutines { driver, matrix, result in
    broken.contains(driver) ? info : SVDRoutines.lapack.run(driver, &matrix, &result)
  }
  return method
}

@Test(arguments: [4, 20])
func qrIterationTakesOverWhereDivideAndConquerGivesUp(rows: Int) throws {
  let left = factor(rows, 8)
  let right = factor(rows, 10)
  let svd = try method(returning: 1, from: [.gesdd]).decompose(left: left, right: right)
  #expect(svd.driver == .gesvd)
  #expect(deviation(svd.singularValues, from: try denseSingularValues(left, right)) < 1e-12)
  #expect(residual(svd, left, right) < 1e-6)
  // What is formed needs neither.
  #expect(
    try FactoredSVD().decompose(left: left, right: right).driver == (rows < 8 ? .gesdd : .sytrd))
}

@Test func givingUpIsAnError() throws {
  let left = factor(4, 8)
  let right = factor(4, 10)
  #expect(throws: LinearAlgebraError.notConverged(routine: "dgesvd", rows: 4, columns: 4)) {
    _ = try method(returning: 1, from: [.gesdd, .gesvd]).decompose(left: left, right: right)
  }
}

@Test func lapackErrorsAreTyped() throws {
  let left = factor(4, 8)
  let right = factor(4, 10)
  #expect(throws: LinearAlgebraError.illegalArgument(routine: "dgesdd", index: 5)) {
    _ = try method(returning: -5, from: [.gesdd]).decompose(left: left, right: right)
  }
  #expect(throws: LinearAlgebraError.outOfMemory(routine: "dgesdd")) {
    _ = try method(returning: -1010, from: [.gesdd]).decompose(left: left, right: right)
  }
}

@Test func errorsSayWhatAndWhere() {
  let error = LinearAlgebraError.nonFinite(operand: "input", row: 3, column: 5, value: "inf")
  #expect(error.description == "input is inf at row 3, column 5")
  #expect(error.kind == .badData)
}
