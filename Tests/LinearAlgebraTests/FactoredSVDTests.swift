import LinearAlgebra
import TestSupport
import Testing

/// T x out and T x in.
struct FactorShape: CustomTestStringConvertible {
  let rows: Int
  let out: Int
  let columns: Int
  var testDescription: String { "\(rows) rows, \(out) x \(columns)" }

  static let all = [
    (5, 12, 30), (7, 40, 11), (6, 20, 20), (1, 9, 4), (1, 1, 1), (3, 1, 8), (3, 8, 1),  // factored
    (19, 20, 33), (8, 8, 30), (30, 8, 8), (50, 9, 14), (300, 17, 5),  // dense
  ].map { FactorShape(rows: $0.0, out: $0.1, columns: $0.2) }
}

// float64 all the way: the values differ from LAPACK's on the formed matrix by about 1e-15 s_1,
// the vectors by the rounding to float32, at most 6e-8 an entry.
private let valueTolerance = 1e-12
private let vectorTolerance = 1e-6

@Test(arguments: FactorShape.all)
func allComponentsOfEveryShape(shape: FactorShape) throws {
  var draws = Draws(seed: 1)
  let left = draws.matrix(shape.rows, shape.out)
  let right = draws.matrix(shape.rows, shape.columns)
  let svd = try FactoredSVD(rank: 100).decompose(left: left, right: right)
  #expect(svd.singularValues.count == min(shape.rows, shape.out, shape.columns))
  #expect(svd.rank == svd.singularValues.count)
  #expect(svd.vectors.left.rows == shape.out)
  #expect(svd.vectors.right.columns == shape.columns)
  #expect(
    deviation(svd.singularValues, from: try denseSingularValues(left, right)) < valueTolerance)
  #expect(columnOrthogonalityDefect(svd.vectors.left) < vectorTolerance)
  #expect(rowOrthogonalityDefect(svd.vectors.right) < vectorTolerance)
  #expect(residual(svd, left, right) < vectorTolerance)
}

@Test(arguments: FactorShape.all)
func largestEntryOfEachLeftVectorIsPositive(shape: FactorShape) throws {
  var draws = Draws(seed: 2)
  let svd = try FactoredSVD().decompose(
    left: draws.matrix(shape.rows, shape.out), right: draws.matrix(shape.rows, shape.columns))
  for component in 0..<svd.rank {
    let column = (0..<shape.out).map { svd.vectors.left[$0, component] }
    #expect(column.max(by: { abs($0) < abs($1) }).map { $0 > 0 } == true)
  }
}

@Test(arguments: FactorShape.all)
func exchangingTheFactorsTransposes(shape: FactorShape) throws {
  var draws = Draws(seed: 3)
  let left = draws.matrix(shape.rows, shape.out)
  let right = draws.matrix(shape.rows, shape.columns)
  let svd = try FactoredSVD().decompose(left: left, right: right)
  let transposed = try FactoredSVD().decompose(left: right, right: left)
  #expect(deviation(transposed.singularValues, from: svd.singularValues) < valueTolerance)
  for component in 0..<svd.rank {
    let dot = (0..<shape.out).reduce(0) {
      $0 + svd.vectors.left[$1, component]
        * transposed.vectors.right[component, $1]
    }
    // Up to sign; the gaps between random singular values keep the vectors apart.
    #expect(abs(abs(dot) - 1) < 1e-5)
  }
}

@Test(arguments: [0, 1, 3, 9])
func truncationKeepsTheLeadingComponents(rank: Int) throws {
  var draws = Draws(seed: 4)
  let left = draws.matrix(9, 31)
  let right = draws.matrix(9, 22)
  let full = try FactoredSVD().decompose(left: left, right: right)
  let svd = try FactoredSVD(rank: rank).decompose(left: left, right: right)
  #expect(svd.rank == rank)
  #expect(deviation(svd.singularValues, from: full.singularValues) < valueTolerance)
  for component in 0..<rank {
    let dot = (0..<22).reduce(0) {
      $0 + svd.vectors.right[component, $1]
        * full.vectors.right[component, $1]
    }
    #expect(abs(dot - 1) < 1e-5)
  }
}

/// Eckart and Young: what is left out weighs the root of the sum of the squares left out.
@Test(arguments: [(9, 31, 22), (40, 12, 22)], [1, 4, 8])
func tailIsThatOfEckartAndYoung(shape: (Int, Int, Int), rank: Int) throws {
  var draws = Draws(seed: 5)
  let left = draws.matrix(shape.0, shape.1)
  let right = draws.matrix(shape.0, shape.2)
  let svd = try FactoredSVD(rank: rank).decompose(left: left, right: right)
  let tail = svd.singularValues.dropFirst(rank).reduce(0) { $0 + $1 * $1 }.squareRoot()
  #expect(abs(residual(svd, left, right) * svd.singularValues[0] / tail - 1) < 1e-6)
  var formed = Matrix(rows: shape.1, columns: shape.2)
  formed.multiply(left, .transposed, by: right)
  let approximation = svd.reconstruction(rank: rank)
  var distance = 0.0
  for row in 0..<shape.1 {
    for column in 0..<shape.2 {
      let difference = Double(formed[row, column] - approximation[row, column])
      distance += difference * difference
    }
  }
  #expect(abs(distance.squareRoot() / tail - 1) < 1e-5)
}

@Test func zeroFactorsHaveNoComponents() throws {
  let svd = try FactoredSVD().decompose(
    left: Matrix(rows: 4, columns: 6),
    right: Matrix(rows: 4, columns: 5, elements: Array(repeating: 1, count: 20)))
  #expect(svd.singularValues.isEmpty)
  #expect(svd.vectors.left.rows == 6 && svd.vectors.left.columns == 0)
  #expect(svd.vectors.right.rows == 0)
  #expect(svd.vectors.right.columns == 5)
}

@Test func noRowsHaveNoComponents() throws {
  let svd = try FactoredSVD().decompose(
    left: Matrix(rows: 0, columns: 6), right: Matrix(rows: 0, columns: 5))
  #expect(svd.singularValues.isEmpty)
}

/// As in the last block of a model, where the loss reaches answer tokens only.
@Test func zeroRowsOfTheLeftFactorAreLeftOut() throws {
  var draws = Draws(seed: 6)
  var left = draws.matrix(12, 20)
  let right = draws.matrix(12, 16)
  for row in 0..<8 { for column in 0..<20 { left[row, column] = 0 } }
  let svd = try FactoredSVD().decompose(left: left, right: right)
  #expect(svd.singularValues.count == 4)
  #expect(
    deviation(svd.singularValues, from: try denseSingularValues(left, right)) < valueTolerance)
  #expect(residual(svd, left, right) < vectorTolerance)
}

/// Zero rows of the right factor and repeated rows leave singular values of zero, whose vectors
/// complete the orthonormal ones.
@Test func dependentRowsAreCompletedToAnOrthonormalBasis() throws {
  var draws = Draws(seed: 7)
  let left = draws.matrix(9, 20)
  var right = draws.matrix(9, 16)
  for column in 0..<16 {
    right[2, column] = 0
    right[5, column] = right[1, column]
    right[7, column] = -2 * right[3, column]
  }
  let svd = try FactoredSVD().decompose(left: left, right: right)
  #expect(svd.singularValues.count == 9)
  #expect(
    deviation(svd.singularValues, from: try denseSingularValues(left, right)) < valueTolerance)
  #expect(svd.singularValues[6...].allSatisfy { $0 < 1e-12 * svd.singularValues[0] })
  #expect(columnOrthogonalityDefect(svd.vectors.left) < vectorTolerance)
  #expect(rowOrthogonalityDefect(svd.vectors.right) < vectorTolerance)
  #expect(residual(svd, left, right) < vectorTolerance)
}

@Test func rowSpacesCanBeFoundBeforehand() throws {
  var draws = Draws(seed: 8)
  let right = draws.matrix(10, 24)
  var left = draws.matrix(10, 18)
  for row in [0, 4, 9] { for column in 0..<18 { left[row, column] = 0 } }
  let shared = try RowSpace(of: right, rows: left.nonzeroRows)
  let svd = try FactoredSVD().decompose(
    left: left, right: right, rightSpace: shared)
  #expect(svd.singularValues.count == 7)
  #expect(
    deviation(svd.singularValues, from: try denseSingularValues(left, right)) < valueTolerance)
  #expect(residual(svd, left, right) < vectorTolerance)
}

@Test(arguments: [(1e-20, 1e-20), (1e20, 1e18), (1e-30, 1e30), (1e30, 1e-38)])
func scaleDoesNotMatter(scales: (Double, Double)) throws {
  var draws = Draws(seed: 9)
  let left = draws.matrix(6, 14)
  let right = draws.matrix(6, 11)
  let scaledLeft = left.scaled(by: scales.0)
  let scaledRight = right.scaled(by: scales.1)
  let svd = try FactoredSVD().decompose(left: scaledLeft, right: scaledRight)
  let reference = try denseSingularValues(left, right)
  let scale = scales.0 * scales.1
  // Scaling rounds every entry to float32.
  #expect(deviation(svd.singularValues.map { $0 / scale }, from: reference) < 1e-6)
  #expect(columnOrthogonalityDefect(svd.vectors.left) < vectorTolerance)
  #expect(rowOrthogonalityDefect(svd.vectors.right) < vectorTolerance)
}

@Test func threadsDoNotChangeTheResult() throws {
  var draws = Draws(seed: 10)
  let left = draws.matrix(40, 300)
  let right = draws.matrix(40, 200)
  let alone = try FactoredSVD().decompose(left: left, right: right)
  let expected = (alone.singularValues, alone.vectors.left.elements)
  parallelFor(8, threads: 4) { _ in
    do {
      let svd = try FactoredSVD().decompose(left: left, right: right)
      #expect(svd.singularValues == expected.0)
      #expect(svd.vectors.left.elements == expected.1)
    } catch {
      Issue.record(error)
    }
  }
}

extension Matrix {
  fileprivate func scaled(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { Float(Double($0) * factor) })
  }
}
