import LinearAlgebra
import TestSupport
import Testing

/// Kept as vectors with 5 products, formed with 8 and more (the smaller side is 8).
@Test(arguments: [[3, 2], [5, 3], [5, 600], [600, 5], [0, 20, 1]])
func sumOverPiecesIsThatOfStackedFactors(counts: [Int]) throws {
  var draws = Draws(seed: 41)
  let total = counts.reduce(0, +)
  let left = draws.matrix(total, 12)
  let right = draws.matrix(total, 8)
  var sum = OuterProductSum(rows: 12, columns: 8)
  var start = 0
  for count in counts {
    try sum.add(
      left: left.rows(start..<start + count), right: right.rows(start..<start + count))
    start += count
  }
  #expect(sum.productCount == total)
  #expect(sum.isFormed == (total >= 8))
  let svd = try FactoredSVD(rank: 3).decompose(sum)
  #expect(svd.singularValues.count == min(total, 8))
  #expect(deviation(svd.singularValues, from: try denseSingularValues(left, right)) < 1e-12)
  #expect(svd.rank == 3)
  let halved = svd.scaled(by: 0.5)
  #expect(
    halved.singularValues[0] * 2 == (try FactoredSVD(rank: 3).decompose(sum)).singularValues[0])
}

@Test func zeroRowsAreNotCounted() throws {
  var sum = OuterProductSum(rows: 3, columns: 2)
  try sum.add(
    left: Matrix(rows: 4, columns: 3),
    right: Matrix(rows: 4, columns: 2, elements: [Float](repeating: 1, count: 8)))
  #expect(sum.productCount == 0)
  #expect(sum.isFormed == false)
}

@Test func sumOfNothingIsZero() throws {
  let svd = try FactoredSVD().decompose(OuterProductSum(rows: 3, columns: 5))
  #expect(svd.singularValues.isEmpty)
}

@Test func nonFiniteFactorsAreNotAdded() throws {
  var sum = OuterProductSum(rows: 2, columns: 2)
  let bad = Matrix(rows: 1, columns: 2, elements: [0, .nan])
  let good = Matrix(rows: 1, columns: 2, elements: [1, 2])
  #expect(
    throws: LinearAlgebraError.nonFinite(
      operand: "right factor", row: 0, column: 1, value: "nan")
  ) { try sum.add(left: good, right: bad) }
  #expect(sum.productCount == 0)
}

extension Matrix {
  fileprivate func rows(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }
}
