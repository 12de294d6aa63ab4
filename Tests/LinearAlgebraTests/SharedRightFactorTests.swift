import LinearAlgebra
import TestSupport
import Testing

/// What is shared is found once and changes nothing: factors that share their right side are decomposed
/// bit for bit as each alone is, whichever of their rows count, and where the matrix is formed.
@Test func aSharedRightFactorChangesNothing() throws {
  let method = FactoredSVD(rank: 3)
  var draws = Draws(seed: 31)
  let right = draws.matrix(6, 9)
  var shared = SharedRightFactor()
  for (out, zeroRows) in [(8, 0), (7, 0), (8, 2), (11, 2), (4, 0), (8, 0)] {
    var left = draws.matrix(6, out)
    for row in 0..<zeroRows {
      for column in 0..<out { left[row, column] = 0 }
    }
    let found = try shared.decompose(left: left, right: right, by: method)
    let expected = try method.decompose(left: left, right: right)
    #expect(found.singularValues == expected.singularValues)
    #expect(found.vectors.left.elements == expected.vectors.left.elements)
    #expect(found.vectors.right.elements == expected.vectors.right.elements)
  }
}

/// Three components of five, by hand.
@Test func someComponentsOfALowRankMatrix() {
  let whole = LowRankMatrix(
    left: Matrix(rows: 2, columns: 5, elements: (0..<10).map { Float($0) }),
    right: Matrix(rows: 5, columns: 1, elements: [1, 2, 3, 4, 5]), scale: 0.5)
  #expect(whole.innerDimension == 5)
  let part = whole.keeping(1..<4)
  #expect(part.left.elements == [1, 2, 3, 6, 7, 8])
  #expect(part.right.elements == [2, 3, 4])
  #expect(part.innerDimension == 3 && part.scale == 0.5)
  let none = whole.keeping(2..<2)
  #expect(none.left.rows == 2 && none.right.columns == 1 && none.innerDimension == 0)
}
