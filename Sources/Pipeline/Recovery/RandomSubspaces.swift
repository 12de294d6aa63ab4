import LinearAlgebra
import OrderedCollections
import RandomNumbers
import Transformer

/// Random orthonormal bases, the control for every claim about a particular subspace.
enum RandomSubspaces {
  /// A subspace of rank r, or of the module's smaller side, for every module.
  ///
  /// Each basis is the Q of a Gaussian matrix, so it is uniform over all subspaces of its rank.
  ///
  /// - Parameters:
  ///   - modules: The modules.
  ///   - rank: r.
  ///   - seed: Decides the bases.
  /// - Returns: A subspace for every module.
  /// - Throws: `LinearAlgebraError`.
  static func make(
    _ modules: [LinearModule], rank: Int, seed: UInt64
  ) throws -> ModuleMatrices {
    var generator = SplitMix64(seed: seed)
    var subspaces: ModuleMatrices = [:]
    for module in modules {
      let rank = min(rank, module.outFeatures, module.inFeatures)
      let left = Matrix.normal(rows: module.outFeatures, columns: rank, &generator)
      let right = Matrix.normal(rows: module.inFeatures, columns: rank, &generator)
      subspaces[module] = LowRankMatrix(
        left: try ThinQR(left).q.copy(), right: try ThinQR(right).q.transposed())
    }
    return subspaces
  }
}
