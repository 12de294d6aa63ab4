import LinearAlgebra
import OrderedJSON
import RandomNumbers
import Transformer

/// Sums of more outer products than the matrix is wide, in the shapes of a layer's modules, as means over
/// many examples are; weights fall by a thousand from the first product to the last.
struct FormedMatrices {
  private let shapes: [(rows: Int, columns: Int)]

  init(_ configuration: ModelConfiguration) {
    shapes = configuration.linearModules(ofLayer: 0).map { ($0.outFeatures, $0.inFeatures) }
  }

  /// Decomposes each of them in both ways.
  ///
  /// - Parameters:
  ///   - rank: Number of singular vectors.
  ///   - threads: Matrices that are worked on at once.
  /// - Returns: Seconds of both ways, their ratio, and the largest difference of values over s_1.
  /// - Throws: `LinearAlgebraError`.
  func measure(rank: Int, threads: Int) throws -> JSONValue {
    let sums = try shapes.map { try FormedMatrix(rows: $0.rows, columns: $0.columns) }
    var dense = FactoredSVD(rank: rank)
    dense.usesGramMatrix = false
    let (values, seconds) = try decompose(sums, by: FactoredSVD(rank: rank), threads: threads)
    let (expected, denseSeconds) = try decompose(sums, by: dense, threads: threads)
    let differences = zip(values, expected).map { found, expected in
      zip(found, expected).map { abs($0 - $1) / expected[0] }.max() ?? 0
    }
    return [
      "seconds": .number(seconds), "gesdd_seconds": .number(denseSeconds),
      "ratio": .number(denseSeconds / seconds),
      "largest_difference": .number(differences.max() ?? 0), "matrices": .integer(sums.count),
    ]
  }

  private func decompose(
    _ sums: [FormedMatrix], by method: FactoredSVD, threads: Int
  ) throws -> (values: [[Double]], seconds: Double) {
    var values: [[Double]] = []
    let seconds =
      try ContinuousClock().measure {
        values = try parallelMap(sums.count, threads: threads) { index in
          try method.decompose(sums[index].sum).singularValues
        }
      } / .seconds(1)
    return (values, seconds)
  }
}

/// A class, since collections do not hold move-only values.
private final class FormedMatrix: Sendable {
  let sum: OuterProductSum

  init(rows: Int, columns: Int) throws(LinearAlgebraError) {
    var sum = OuterProductSum(rows: rows, columns: columns)
    let count = min(rows, columns) + 64
    var draws = SplitMix64(seed: UInt64(rows * columns))
    var left = Matrix.uniform(rows: count, columns: rows, 1, &draws)
    let right = Matrix.uniform(rows: count, columns: columns, 1, &draws)
    var weight: Float = 1
    for row in 0..<count {
      for column in 0..<rows { left[row, column] *= weight }
      weight *= 1 - 6.9 / Float(count)
    }
    try sum.add(left: left, right: right)
    self.sum = sum
  }
}
