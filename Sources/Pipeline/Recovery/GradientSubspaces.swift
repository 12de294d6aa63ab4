import LinearAlgebra
import OrderedCollections
import Transformer

/// Decomposes each gradient of a backward pass as it arises and keeps some of its components.
///
/// With directions to avoid it decomposes `(I - U_a U_aᵀ) G (I - Vh_aᵀ Vh_a)`, of which the factors are those
/// of G with the directions taken out of each of their rows.
final class GradientSubspaces: GradientObserver {
  private let modules: [LinearModule]
  private let avoided: ModuleMatrices
  private let components: (Int) -> Range<Int>
  private let decomposition: FactoredSVD
  private var found: [LinearModule: LowRankMatrix] = [:]
  /// The largest number of components that a module's gradient has.
  private(set) var mostComponents = 0

  /// Creates an observer.
  ///
  /// - Parameters:
  ///   - modules: Whose gradients count.
  ///   - rank: Number of components to compute at most.
  ///   - avoided: Directions that are projected out of the gradients first.
  ///   - components: Which of the components there are (given their number) to keep.
  init(
    _ modules: [LinearModule], rank: Int, avoiding avoided: ModuleMatrices = [:],
    keeping components: @escaping (Int) -> Range<Int>
  ) {
    self.modules = modules
    self.avoided = avoided
    self.components = components
    decomposition = FactoredSVD(rank: rank)
  }

  /// The subspaces in the order of the modules; a module whose gradient is zero, or has none of the
  /// components asked for, is left out.
  var subspaces: ModuleMatrices {
    ModuleMatrices(
      uniqueKeysWithValues: modules.compactMap { module in found[module].map { (module, $0) } })
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    var shared = SharedRightFactor()
    for module in modules where module.layer == layer && module.site == site {
      let left = outputGradient.copyingColumns(module.rows)
      if let avoided = avoided[module] {
        let svd = try decomposition.decompose(
          left: left.removing(spanOfColumns: avoided.left),
          right: input.removing(spanOfRows: avoided.right))
        keep(svd, of: module)
      } else {
        keep(try shared.decompose(left: left, right: input, by: decomposition), of: module)
      }
    }
  }

  private func keep(_ svd: borrowing TruncatedSVD, of module: LinearModule) {
    let count = Self.numericalRank(svd.singularValues)
    mostComponents = max(mostComponents, count)
    let kept = components(min(svd.rank, count))
    if !kept.isEmpty { found[module] = svd.vectors.keeping(kept) }
  }

  /// Components above the float32 noise of the factors; directions below it are arbitrary.
  private static func numericalRank(_ values: [Double]) -> Int {
    guard let largest = values.first, largest > 0 else { return 0 }
    return values.prefix { $0 > largest * 1e-6 }.count
  }
}

extension Matrix {
  /// `A (I - U Uᵀ)`: each row without its share in the span of U's orthonormal columns.
  fileprivate func removing(spanOfColumns basis: borrowing Matrix) -> Matrix {
    var coordinates = Matrix(uninitializedRows: rows, columns: basis.columns)
    coordinates.multiply(self, by: basis)
    var result = copy()
    result.multiply(coordinates, by: basis, .transposed, alpha: -1, beta: 1)
    return result
  }

  /// `A (I - Vhᵀ Vh)`: each row without its share in the span of Vh's orthonormal rows.
  fileprivate func removing(spanOfRows basis: borrowing Matrix) -> Matrix {
    var coordinates = Matrix(uninitializedRows: rows, columns: basis.rows)
    coordinates.multiply(self, by: basis, .transposed)
    var result = copy()
    result.multiply(coordinates, by: basis, alpha: -1, beta: 1)
    return result
  }
}
