import LinearAlgebra
import Testing

@Test func sumOverExamplesIsThatOfStackedFactors() throws {
  var draws = Draws(seed: 41)
  let left = draws.matrix(600, 12)
  let right = draws.matrix(600, 9)
  var sum = OuterProductSum(rows: 12, columns: 9)
  for start in [0, 250] {
    let end = start == 0 ? 250 : 600
    try sum.add(
      left: left.rows(start..<end), right: right.rows(start..<end), scale: 0.5)
  }
  let svd = try FactoredSVD(rank: 3).decompose(sum)
  let reference = try denseSingularValues(left, right).map { $0 / 2 }
  #expect(deviation(svd.singularValues, from: reference) < 1e-13)
  #expect(svd.rank == 3)
}

@Test func sumOfNothingIsZero() throws {
  let svd = try FactoredSVD().decompose(OuterProductSum(rows: 3, columns: 5))
  #expect(svd.singularValues == [0, 0, 0])
  #expect(columnOrthogonalityDefect(svd.leftSingularVectors) == 0)
}

@Test func nonFiniteFactorsAreNotAdded() throws {
  var sum = OuterProductSum(rows: 2, columns: 2)
  let bad = Matrix(rows: 1, columns: 2, elements: [0, .nan])
  let good = Matrix(rows: 1, columns: 2, elements: [1, 2])
  #expect(
    throws: LinearAlgebraError.nonFinite(
      operand: "right factor", row: 0, column: 1, value: "nan")
  ) { try sum.add(left: good, right: bad) }
  #expect(try FactoredSVD().decompose(sum).singularValues == [0, 0])
}

extension Matrix {
  fileprivate func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }
}
