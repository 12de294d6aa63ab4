import LinearAlgebra
import Transformer

/// Keeps the factors of one example's gradients in memory and decomposes them.
final class ExampleFactors: GradientObserver {
  private let configuration: ModelConfiguration
  private var sites: [SiteFactors] = []

  init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    let modules = configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    sites.append(
      SiteFactors(
        input: input.copy(),
        outputGradients: modules.map { OutputGradient($0, of: outputGradient) }))
  }

  /// The singular values of every module's gradient; vectors are computed and dropped.
  ///
  /// - Parameters:
  ///   - rank: Number of singular vectors.
  ///   - threads: Sites that are worked on at once.
  /// - Returns: Values by module.
  /// - Throws: `LinearAlgebraError`.
  func singularValues(
    rank: Int, threads: Int
  ) throws -> [(module: String, values: [Double])] {
    let method = FactoredSVD(rank: rank)
    let sites = sites
    return try parallelMap(sites.count, threads: threads) { index in
      try sites[index].singularValues(by: method)
    }.flatMap { $0 }
  }
}

/// X of the modules at one site, and D of each.
private final class SiteFactors: Sendable {
  let input: Matrix
  let outputGradients: [OutputGradient]

  init(input: consuming Matrix, outputGradients: [OutputGradient]) {
    self.input = input
    self.outputGradients = outputGradients
  }

  func singularValues(
    by method: FactoredSVD
  ) throws(LinearAlgebraError) -> [(module: String, values: [Double])] {
    var shared = SharedRightFactor()
    var results: [(module: String, values: [Double])] = []
    for gradient in outputGradients {
      let svd = try shared.decompose(left: gradient.matrix, right: input, by: method)
      results.append((gradient.module, svd.singularValues))
    }
    return results
  }
}

/// D of one module.
///
/// A class, since collections do not hold move-only values.
private final class OutputGradient: Sendable {
  let module: String
  let matrix: Matrix

  init(_ module: LinearModule, of site: borrowing Matrix) {
    self.module = module.name
    matrix = site.copyingColumns(module.rows)
  }
}
