import LinearAlgebra
import OrderedCollections
import Transformer

/// Decomposes each gradient of a backward pass as it arises and keeps some of its components.
final class GradientSubspaces: GradientObserver {
  private let configuration: ModelConfiguration
  private let components: (Int) -> Range<Int>
  private let decomposition: FactoredSVD
  private var found: [LinearModule: LowRankMatrix] = [:]
  /// The largest number of components that a module's gradient has.
  private(set) var mostComponents = 0

  /// Creates an observer.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - rank: Number of components to compute at most.
  ///   - components: Which of the components there are (given their number) to keep.
  init(
    _ configuration: ModelConfiguration, rank: Int,
    keeping components: @escaping (Int) -> Range<Int>
  ) {
    self.configuration = configuration
    self.components = components
    decomposition = FactoredSVD(rank: rank)
  }

  /// The subspaces in the order of the modules; a module whose gradient is zero, or has none of the
  /// components asked for, is left out.
  var subspaces: ModuleMatrices {
    ModuleMatrices(
      uniqueKeysWithValues: configuration.linearModules.compactMap { module in
        found[module].map { (module, $0) }
      })
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    var shared = SharedRightFactor()
    for module in configuration.linearModules(ofLayer: layer) where module.site == site {
      let left = outputGradient.copyingColumns(module.rows)
      let svd = try shared.decompose(left: left, right: input, by: decomposition)
      let count = Self.numericalRank(svd.singularValues)
      mostComponents = max(mostComponents, count)
      let kept = components(min(svd.rank, count))
      guard !kept.isEmpty else { continue }
      found[module] = svd.vectors.keeping(kept)
    }
  }

  /// Components above the float32 noise of the factors; directions below it are arbitrary.
  private static func numericalRank(_ values: [Double]) -> Int {
    guard let largest = values.first, largest > 0 else { return 0 }
    return values.prefix { $0 > largest * 1e-6 }.count
  }
}
