import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Lane kernels beside the C library in float64.
@Suite struct RowOperationTests {
  /// Float32 exponentials are within 1.4 ulp of the exact ones over the whole range.
  @Test func exponential() {
    var worst = 0.0
    for step in 0..<200_000 {
      let x = Float(-87 + Double(step) * 175 / 200_000)
      let exact = exp(Double(x))
      worst = max(worst, abs(Double(Lanes.exp(Lanes(repeating: x))[3]) - exact) / exact)
    }
    #expect(worst < 1.7e-7)
    #expect(Lanes.exp(Lanes(repeating: -200))[0] == 0)
    #expect(Lanes.exp(Lanes(repeating: 0))[0] == 1)
  }

  @Test func sigmoidAndTanh() {
    for step in -4000...4000 {
      let x = Float(step) / 200
      let sigmoid = 1 / (1 + exp(-Double(x)))
      #expect(abs(Double(Lanes.sigmoid(Lanes(repeating: x))[0]) - sigmoid) < 2e-7)
      #expect(abs(Double(Lanes.tanh(Lanes(repeating: x))[0]) - tanh(Double(x))) < 4e-7)
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 31, 33, 100])
  func softmax(_ count: Int) {
    let scores = (0..<count).map { Float(sin(Double($0) * 1.7) * 30) }
    for range in [0..<count, (count / 3)..<count, 0..<(count / 2 + 1)] where !range.isEmpty {
      var matrix = Matrix(rows: 1, columns: count, elements: scores)
      do {
        var row = matrix.mutableRow(0)
        row.softmax(over: range)
      }
      let largest = range.map { Double(scores[$0]) }.max() ?? 0
      let total = range.reduce(0.0) { $0 + exp(Double(scores[$1]) - largest) }
      for column in 0..<count {
        let expected =
          range.contains(column) ? exp(Double(scores[column]) - largest) / total : 0
        #expect(abs(Double(matrix[0, column]) - expected) < 3e-7)
      }
    }
  }

  @Test(arguments: [1, 4, 8, 16, 20, 40])
  func rotationAndBack(_ half: Int) throws {
    let angles = (0..<half).map { Double($0) * 0.37 }
    let cosines = Matrix(rows: 1, columns: half, elements: angles.map { Float(cos($0)) })
    let sines = Matrix(rows: 1, columns: half, elements: angles.map { Float(sin($0)) })
    let values = (0..<(2 * half + 3)).map { Float($0) - 5 }
    var matrix = Matrix(rows: 1, columns: values.count, elements: values)
    do {
      var row = matrix.mutableRow(0)
      row.rotatePairs(from: 2, cosines: cosines.row(0), sines: sines.row(0))
    }
    for index in 0..<half {
      let (a, b) = (Double(values[2 + index]), Double(values[2 + half + index]))
      let (c, s) = (cos(angles[index]), sin(angles[index]))
      #expect(abs(Double(matrix[0, 2 + index]) - (a * c - b * s)) < 1e-5)
      #expect(abs(Double(matrix[0, 2 + half + index]) - (b * c + a * s)) < 1e-5)
    }
    do {
      var row = matrix.mutableRow(0)
      row.rotatePairs(from: 2, cosines: cosines.row(0), sines: sines.row(0), inverse: true)
    }
    for (found, expected) in try pairs(matrix.elements, values) {
      #expect(abs(found - expected) < 1e-5)
    }
  }

  @Test func nonFiniteElementsAreFound() {
    var matrix = Matrix(rows: 3, columns: 37)
    #expect(matrix.firstNonFinite == nil)
    matrix[2, 36] = .nan
    #expect(matrix.firstNonFinite.map { [$0.row, $0.column] } == [2, 36])
    matrix[1, 3] = -.infinity
    #expect(matrix.firstNonFinite.map { [$0.row, $0.column] } == [1, 3])
    #expect(matrix.firstNonFinite(inRows: 2..<3).map { [$0.row, $0.column] } == [2, 36])
  }
}

@Suite struct MultiplicationTests {
  /// Every transposition, with blocks inside larger matrices, beside a sum of products in float64.
  @Test(arguments: [
    (Transposition.none, Transposition.none), (.none, .transposed), (.transposed, .none),
    (.transposed, .transposed),
  ])
  func blocks(_ transposeA: Transposition, _ transposeB: Transposition) {
    let (m, k, n) = (5, 7, 3)
    func filled(_ rows: Int, _ columns: Int, _ seed: Double) -> Matrix {
      Matrix(
        rows: rows, columns: columns,
        elements: (0..<(rows * columns)).map { Float(sin(Double($0) * seed)) })
    }
    let a = filled(11, 12, 1.3)
    let b = filled(10, 13, 2.1)
    let blockA =
      transposeA == .none
      ? Block(rows: 2..<7, columns: 1..<8) : Block(rows: 1..<8, columns: 2..<7)
    let blockB =
      transposeB == .none
      ? Block(rows: 3..<10, columns: 4..<7) : Block(rows: 4..<7, columns: 3..<10)
    var target = filled(8, 9, 0.7)
    let before = target.copy()
    target.multiply(
      a, blockA, transposeA, by: b, blockB, transposeB,
      into: Block(rows: 1..<6, columns: 2..<5), alpha: 0.5, beta: 2)
    for row in 0..<8 {
      for column in 0..<9 {
        var expected = Double(before[row, column])
        if (1..<6).contains(row), (2..<5).contains(column) {
          expected *= 2
          for inner in 0..<k {
            let (i, j) = (row - 1, column - 2)
            let left = transposeA == .none ? a[2 + i, 1 + inner] : a[1 + inner, 2 + i]
            let right = transposeB == .none ? b[3 + inner, 4 + j] : b[4 + j, 3 + inner]
            expected += 0.5 * Double(left) * Double(right)
          }
        }
        #expect(abs(Double(target[row, column]) - expected) < 1e-6)
      }
    }
    #expect(m == 5 && n == 3)
  }
}
