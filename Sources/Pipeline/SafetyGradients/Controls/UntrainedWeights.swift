import LinearAlgebra
import RandomNumbers
import Transformer

/// A model that learnt nothing: the matrix of each linear module is replaced by a Gaussian one of the same
/// Frobenius norm.
///
/// Embedding, head, norms and biases stay, so that tokens and the residual stream's scale do. Each row of
/// each matrix has a stream of random numbers of its own: layers can be read in any order, as often as
/// need be, by any number of threads.
public struct UntrainedWeights: Sendable {
  private let seed: Int
  private let configuration: ModelConfiguration

  /// Creates the replacement.
  ///
  /// - Parameters:
  ///   - seed: Start of every sequence of the run.
  ///   - configuration: The model's.
  public init(seed: Int, _ configuration: ModelConfiguration) {
    self.seed = seed
    self.configuration = configuration
  }

  /// Replaces the matrices of a layer that has been read.
  ///
  /// - Parameters:
  ///   - weights: The layer's.
  ///   - layer: Layer, from 0.
  public func replace(_ weights: LayerWeights, layer: Int) {
    for module in configuration.linearModules(ofLayer: layer) {
      weights[module.site].matrix.replaceByNormals(rows: module.rows) { row in
        SplitMix64(
          seed: seed, for: [GradientControl.untrained.rawValue, module.name, "\(row)"])
      }
    }
  }
}

extension Matrix {
  /// Overwrites rows with Gaussian numbers of the Frobenius norm that they had together.
  fileprivate mutating func replaceByNormals(
    rows: Range<Int>, _ draws: @Sendable (_ row: Int) -> SplitMix64
  ) {
    let norm = frobeniusNorm(ofRows: rows)
    forEachBlock(rows: rows.map { $0..<$0 + 1 }) { index, block in
      var draws = draws(index)
      var row = block.mutableRow(0)
      for column in row.indices { row[column] = Float(draws.normal()) }
    }
    let scale = Float(norm / frobeniusNorm(ofRows: rows))
    for row in rows {
      var row = mutableRow(row)
      for column in row.indices { row[column] *= scale }
    }
  }

  private func frobeniusNorm(ofRows rows: Range<Int>) -> Double {
    var sum = 0.0
    for row in rows {
      let row = self.row(row)
      for column in row.indices { sum += Double(row[column]) * Double(row[column]) }
    }
    return sum.squareRoot()
  }
}
