import LinearAlgebra
import ResultFiles
import Spectra

/// What the tests write: two examples, two modules, spectra of different lengths.
package enum SpectraFileExample {
  package static let modules = [
    GradientModule(
      name: "layers.0.mlp.up_proj", layer: 0, projection: "up_proj", outFeatures: 4, inFeatures: 3),
    GradientModule(
      name: "layers.1.mlp.down_proj", layer: 1, projection: "down_proj", outFeatures: 3,
      inFeatures: 4),
  ]

  package static let examples = [
    GradientExample(id: "plain", tokenCount: 2, answerTokenCount: 1, loss: 1.5),
    GradientExample(
      id: "with \"quotes\", and\ncomma", tokenCount: 9, answerTokenCount: 3, loss: 0.1),
  ]

  package static func spectrum(_ values: [Float], rankBound: Int) -> ModuleSpectrum {
    ModuleSpectrum(
      singularValues: values, rankBound: rankBound, frobeniusNorm: 5, stableRank: 25.0 / 16,
      effectiveRank: 1.979626, participationRatio: 1.854599, rankAtEnergy: [2, 2, 2],
      residual: 3e-8, orthogonalityDefect: 5e-8)
  }

  package static let spectra: [(SpectrumSource, Int, ModuleSpectrum)] = [
    (.example(0), 1, spectrum([4, 3], rankBound: 2)),
    (.example(0), 0, spectrum([0.1, 0], rankBound: 1)),
    (.example(1), 0, spectrum([4, 3, 0], rankBound: 2)),
    (.example(1), 1, spectrum([1e-30, 1e-38, .leastNonzeroMagnitude], rankBound: 3)),
    (.mean, 0, spectrum([2, 1, 0.5], rankBound: 3)),
    (.mean, 1, spectrum([3, 2], rankBound: 2)),
  ]

  package static func write(to path: String, vectors: Bool = true) throws {
    var writer = try SpectraFileWriter(
      creating: path, provenance: Provenance(created: "2026-01-01T00:00:00Z", model: "m"),
      modules: modules, examples: examples)
    try writer.annotate("svd_driver", "gesdd")
    for (source, module, spectrum) in spectra {
      try writer.write(spectrum, of: source, module: module)
      if vectors && module == 0 {
        let u = Matrix(rows: 4, columns: 2, elements: (0..<8).map { Float($0) })
        let vh = Matrix(rows: 2, columns: 3, elements: (10..<16).map { Float($0) })
        try writer.write(LowRankMatrix(left: u, right: vh), of: source, module: module)
      }
    }
    try writer.close()
  }
}
