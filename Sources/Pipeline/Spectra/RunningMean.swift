import LinearAlgebra
import ResultFiles
import Synchronization

/// The mean of one module's gradients, which is built up as they arise.
final class RunningMean: Sendable {
  let source: SpectrumSource
  let module: Int
  private let sum: Mutex<OuterProductSum>

  /// Begins with nothing.
  init(_ source: SpectrumSource, module: Int, of gradients: GradientTables) {
    self.source = source
    self.module = module
    sum = Mutex(
      OuterProductSum(
        rows: gradients.modules[module].outFeatures, columns: gradients.modules[module].inFeatures))
  }

  /// Adds the gradient of an example.
  ///
  /// - Parameters:
  ///   - input: X.
  ///   - outputGradient: D.
  ///   - place: What an error calls the gradient.
  /// - Throws: `SpectraError.gradient` for factors that are not finite.
  func add(
    input: borrowing Matrix, outputGradient: borrowing Matrix, of place: GradientPlace
  ) throws(SpectraError) {
    try sum.withLock { sum throws(SpectraError) in
      try place.naming { () throws(LinearAlgebraError) in
        try sum.add(left: outputGradient, right: input)
      }
    }
  }

  /// Decomposes the mean of what has been added.
  ///
  /// - Parameters:
  ///   - count: Number of gradients.
  ///   - gradients: All gradients.
  ///   - method: How many components are wanted.
  /// - Returns: The decomposition.
  /// - Throws: `SpectraError`.
  func decomposed(
    over count: Int, of gradients: GradientTables, by method: FactoredSVD
  ) throws(SpectraError) -> DecomposedGradient {
    try sum.withLock { sum throws(SpectraError) in
      try DecomposedGradient(source, module: module, of: gradients) {
        () throws(LinearAlgebraError) in
        try method.decompose(sum).scaled(by: 1 / Double(max(count, 1)))
      }
    }
  }
}
