import LinearAlgebra
import ResultFiles
import SafetyGradients

/// A gradient's decomposition on its way from a worker to the file.
///
/// A class, since collections do not hold move-only values.
final class DecomposedGradient: Sendable {
  /// Whose gradient: of an example, of the mean, or of both when there is one example.
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
  ///   - file: Where the gradient comes from.
  ///   - decompose: Decomposes it.
  /// - Throws: `SpectraError.gradient`, `.overflow`.
  init(
    _ source: SpectrumSource, module: Int, of file: GradientFile,
    _ decompose: () throws(LinearAlgebraError) -> TruncatedSVD
  ) throws(SpectraError) {
    let place = GradientPlace(file, source, module: module)
    let start = ContinuousClock.now
    let svd = try place.naming(decompose)
    decompositionTime = ContinuousClock.now - start
    if let largest = svd.singularValues.first, !Float(largest).isFinite {
      throw .overflow(place, value: largest)
    }
    let measures = SpectralMeasures(singularValues: svd.singularValues)
    let count = file.componentCount(source, module: module)
    spectrum = ModuleSpectrum(
      singularValues: svd.singularValues.map { Float($0) }.padded(to: count),
      rankBound: svd.singularValues.count, frobeniusNorm: measures.frobeniusNorm,
      stableRank: measures.stableRank, effectiveRank: measures.effectiveRank,
      participationRatio: measures.participationRatio,
      rankAtEnergy: SpectraFileWriter.energyLevels.map { measures.rank(atEnergy: $0) },
      residual: svd.certificate.residual, orthogonalityDefect: svd.certificate.orthogonalityDefect)
    sources = file.examples.count == 1 ? [.example(0), .mean] : [source]
    self.module = module
    self.place = place
    self.svd = svd
  }
}

extension GradientFile {
  /// Number of singular values of a gradient, those included that are zero because rows of the
  /// factors are: min(tokens, out, in).
  fileprivate func componentCount(_ source: SpectrumSource, module: Int) -> Int {
    let counted: ArraySlice<GradientExample> =
      switch source {
      case .example(let index): examples[index...index]
      case .mean: examples[...]
      }
    let tokens = counted.reduce(0) { $0 + $1.tokenCount }
    return min(tokens, modules[module].outFeatures, modules[module].inFeatures)
  }
}

extension [Float] {
  fileprivate func padded(to length: Int) -> [Float] {
    self + [Float](repeating: 0, count: Swift.max(length - count, 0))
  }
}
