import LinearAlgebra
import OrderedCollections
import Spectra
import Transformer

/// The singular values of low-rank updates, from their factors alone.
struct UpdateSpectra {
  private let values: [[Double]]

  /// Decomposes the updates of modules, several at a time.
  ///
  /// - Parameter updates: `scale · left right` of each module.
  /// - Throws: `LinearAlgebraError`.
  init(_ updates: ModuleMatrices) throws(LinearAlgebraError) {
    let matrices = Array(updates.values)
    values = try parallelMap(matrices.count) { index throws(LinearAlgebraError) in
      let update = matrices[index]
      return try FactoredSVD(rank: 0).decompose(
        left: update.left.transposed(), right: update.right
      ).singularValues.map { $0 * Double(abs(update.scale)) }
    }
  }

  /// Frobenius norm of all of them together.
  var norm: Double {
    values.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }.squareRoot()
  }

  /// Norm and ranks; a module that has not moved counts in no median.
  var size: UpdateSize {
    let moved = values.filter { ($0.first ?? 0) > 0 }
    let measures = moved.map { SpectralMeasures(singularValues: $0) }
    return UpdateSize(
      norm: norm,
      ranks: UpdateRanks(
        largest: moved.map { values in values.prefix { $0 > values[0] * 1e-6 }.count }.max() ?? 0,
        stable: measures.map(\.stableRank).median,
        effective: measures.map(\.effectiveRank).median))
  }
}

extension [Double] {
  /// The middle value, or the mean of the two in the middle; 0 of none.
  fileprivate var median: Double {
    guard !isEmpty else { return 0 }
    let ordered = sorted()
    return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
  }
}

extension ModuleMatrices {
  /// Each of them times a factor, which goes into the left one, so that an adapter's alpha stays its rank.
  func scaled(by factor: Double) -> ModuleMatrices {
    mapValues { matrix in
      var left = matrix.left.copy()
      left.scale(by: Float(factor))
      return LowRankMatrix(left: left, right: matrix.right.copy(), scale: matrix.scale)
    }
  }
}
