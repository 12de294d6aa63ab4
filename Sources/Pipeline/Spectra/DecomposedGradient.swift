import LinearAlgebra
import ResultFiles

/// A gradient's decomposition on its way from a worker to the file.
///
/// A class, since collections do not hold move-only values.
final class DecomposedGradient: Sendable {
  /// Whose gradient: of an example, of a mean, or of both where the mean is of that example alone.
  let sources: [SpectrumSource]
  let module: Int
  let svd: TruncatedSVD
  let spectrum: ModuleSpectrum
  /// Which gradient, for people.
  let place: GradientPlace
  /// Time that it took.
  let decompositionTime: Duration

  /// Decomposes a gradient and takes the measures of it.
  ///
  /// - Parameters:
  ///   - source: Whose gradient.
  ///   - module: Index of the module.
  ///   - gradients: All gradients.
  ///   - decompose: Decomposes it.
  /// - Throws: `SpectraError.gradient`, `.overflow`.
  init(
    _ source: SpectrumSource, module: Int, of gradients: GradientTables,
    _ decompose: () throws(LinearAlgebraError) -> TruncatedSVD
  ) throws(SpectraError) {
    let place = GradientPlace(gradients, source, module: module)
    let start = ContinuousClock.now
    let svd = try place.naming(decompose)
    decompositionTime = ContinuousClock.now - start
    if let largest = svd.singularValues.first, !Float(largest).isFinite {
      throw .overflow(place, value: largest)
    }
    let measures = SpectralMeasures(singularValues: svd.singularValues)
    let count = gradients.componentCount(source, module: module)
    spectrum = ModuleSpectrum(
      singularValues: svd.singularValues.map { Float($0) }.padded(to: count),
      rankBound: svd.singularValues.count, frobeniusNorm: measures.frobeniusNorm,
      stableRank: measures.stableRank, effectiveRank: measures.effectiveRank,
      participationRatio: measures.participationRatio,
      rankAtEnergy: SpectraFileWriter.energyLevels.map { measures.rank(atEnergy: $0) },
      residual: svd.certificate.residual, orthogonalityDefect: svd.certificate.orthogonalityDefect)
    if case .example(let example) = source {
      sources = gradients.examples.sources(of: example, countsMeans: gradients.countsMeans)
    } else {
      sources = [source]
    }
    self.module = module
    self.place = place
    self.svd = svd
  }
}

extension [Float] {
  fileprivate func padded(to length: Int) -> [Float] {
    self + [Float](repeating: 0, count: Swift.max(length - count, 0))
  }
}
