import LinearAlgebra
import Transformer

/// Forms `G = Dᵀ X` of every module.
package final class DenseGradients: GradientObserver {
  private let configuration: ModelConfiguration
  /// Row-major, by module.
  package private(set) var gradients: [LinearModule: [Float]] = [:]

  /// Creates an observer of a model of this shape.
  package init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  package func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    for module in configuration.linearModules(ofLayer: layer) where module.site == site {
      var gradient = Matrix(rows: module.outFeatures, columns: module.inFeatures)
      let whole = gradient.wholeBlock
      gradient.multiply(
        outputGradient, Block(rows: 0..<input.rows, columns: module.rows), .transposed, by: input,
        input.wholeBlock, into: whole)
      gradients[module] = gradient.elements
    }
  }
}
