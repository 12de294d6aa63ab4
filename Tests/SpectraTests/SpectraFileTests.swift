import Failures
import HDF5
import LinearAlgebra
import SafetyGradients
import Spectra
import TestSupport
import Testing

/// What the tests write: two examples, two modules, spectra of different lengths.
enum SpectraFileExample {
  static let modules = [
    GradientModule(
      name: "layers.0.mlp.up_proj", layer: 0, projection: "up_proj", outFeatures: 4, inFeatures: 3),
    GradientModule(
      name: "layers.1.mlp.down_proj", layer: 1, projection: "down_proj", outFeatures: 3,
      inFeatures: 4),
  ]

  static let examples = [
    GradientExample(id: "plain", tokenCount: 2, answerTokenCount: 1, loss: 1.5),
    GradientExample(
      id: "with \"quotes\", and\ncomma", tokenCount: 9, answerTokenCount: 3, loss: 0.1),
  ]

  static func spectrum(_ values: [Float], rankBound: Int) -> ModuleSpectrum {
    ModuleSpectrum(
      singularValues: values, rankBound: rankBound, frobeniusNorm: 5, stableRank: 25.0 / 16,
      effectiveRank: 1.979626, participationRatio: 1.854599, rankAtEnergy: [2, 2, 2])
  }

  static let spectra: [(SpectrumSource, Int, ModuleSpectrum)] = [
    (.example(0), 1, spectrum([4, 3], rankBound: 2)),
    (.example(0), 0, spectrum([0.1, 0], rankBound: 1)),
    (.example(1), 0, spectrum([4, 3, 0], rankBound: 2)),
    (.example(1), 1, spectrum([1e-30, 1e-38, .leastNonzeroMagnitude], rankBound: 3)),
    (.mean, 0, spectrum([2, 1, 0.5], rankBound: 3)),
    (.mean, 1, spectrum([3, 2], rankBound: 2)),
  ]

  static func write(to path: String, vectors: Bool = true) throws {
    var writer = try SpectraFileWriter(
      creating: path, provenance: Provenance(created: "2026-01-01T00:00:00Z", model: "m"),
      modules: modules, examples: examples)
    try writer.annotate("svd_driver", "gesdd")
    for (source, module, spectrum) in spectra {
      try writer.write(spectrum, of: source, module: module)
      if vectors && module == 0 {
        let u = Matrix(rows: 4, columns: 2, elements: (0..<8).map { Float($0) })
        let vh = Matrix(rows: 2, columns: 3, elements: (10..<16).map { Float($0) })
        try writer.write(u: u, vh: vh, of: source, module: module)
      }
    }
    try writer.close()
  }
}

@Suite struct SpectraFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("spectra.h5") }

  init() throws { folder = try TemporaryFolder() }

  @Test func tablesAndSpectraComeBack() throws {
    try SpectraFileExample.write(to: path)
    let file = try SpectraFile(opening: path)
    #expect(file.modules == SpectraFileExample.modules)
    #expect(file.examples == SpectraFileExample.examples)
    #expect(file.provenance.model == "m")
    #expect(file.annotations == [Annotation(name: "svd_driver", text: "gesdd")])
    #expect(file.energyLevels == [0.90, 0.95, 0.99])
    #expect(file.componentCount == 3)
    for (source, module, spectrum) in SpectraFileExample.spectra {
      #expect(try file.spectra(of: source)[module] == spectrum)
      #expect(try file.spectra(of: source, modules: module..<module + 1) == [spectrum])
    }
  }

  @Test func vectorsComeBack() throws {
    try SpectraFileExample.write(to: path)
    let file = try SpectraFile(opening: path)
    for source in [SpectrumSource.example(0), .example(1), .mean] {
      #expect(try file.hasVectors(of: source, module: 0))
      let vectors = try file.vectors(of: source, module: 0)
      #expect(vectors.u.rows == 4 && vectors.u.columns == 2)
      #expect(vectors.u.elements == (0..<8).map { Float($0) })
      #expect(vectors.vh.rows == 2 && vectors.vh.columns == 3)
      #expect(vectors.vh.elements == (10..<16).map { Float($0) })
      #expect(try !file.hasVectors(of: source, module: 1))
    }
    let missing = "\(path):/vectors/mean/layers.1.mlp.down_proj/u"
    #expect(throws: HDF5Error.objectMissing(path: missing)) {
      _ = try file.vectors(of: .mean, module: 1)
    }
  }

  @Test func withoutVectors() throws {
    try SpectraFileExample.write(to: path, vectors: false)
    let file = try SpectraFile(opening: path)
    #expect(try !file.hasVectors(of: .example(0), module: 0))
  }

  @Test func layoutIsThatOfTheContract() throws {
    try SpectraFileExample.write(to: path)
    let file = try StoredFile(opening: path)
    let tables = [
      "effective_rank", "frobenius_norm", "participation_ratio", "rank_at_energy", "rank_bound",
      "singular_values", "stable_rank",
    ]
    for name in tables {
      let last = name == "singular_values" || name == "rank_at_energy" ? [3] : []
      #expect(try file.root.dataset(name).shape == [2, 2] + last)
      #expect(try file.root.dataset("mean/" + name).shape == [2] + last)
    }
    #expect(try file.root.dataset("component").read(as: Int32.self) == [1, 2, 3])
    #expect(try file.root.dataset("energy_level").read(as: Double.self) == [0.90, 0.95, 0.99])
    let values = try file.root.dataset("singular_values").read(as: Float.self)
    #expect(values[0..<2] == [0.1, 0] && values[2].isNaN)
    #expect(values[3..<5] == [4, 3] && values[5].isNaN)
    #expect(try file.root.dataset("rank_bound").read(as: Int32.self) == [1, 2, 2, 3])
  }

  /// Zeros past the largest rank bound, which zero rows of D bring, are no component.
  @Test func componentsEndAtTheLargestRankBound() throws {
    var writer = try SpectraFileWriter(
      creating: path, provenance: Provenance(), modules: [SpectraFileExample.modules[0]],
      examples: [SpectraFileExample.examples[0]])
    let spectrum = SpectraFileExample.spectrum([4, 3, 0], rankBound: 2)
    try writer.write(spectrum, of: .example(0), module: 0)
    try writer.write(spectrum, of: .mean, module: 0)
    try writer.close()
    let file = try SpectraFile(opening: path)
    #expect(file.componentCount == 2)
    #expect(try file.spectra(of: .example(0))[0].singularValues == [4, 3])
    #expect(try file.spectra(of: .mean)[0].singularValues == [4, 3])
  }

  @Test func nothingWritten() throws {
    let writer = try SpectraFileWriter(
      creating: path, provenance: Provenance(), modules: SpectraFileExample.modules,
      examples: SpectraFileExample.examples)
    try writer.close()
    let file = try SpectraFile(opening: path)
    #expect(file.componentCount == 0)
    #expect(try file.spectra(of: .example(1))[1].singularValues == [])
  }

  @Test func anotherFormat() throws {
    let file = try File(creating: path)
    try file.root.setAttribute("format", "suture-gradients")
    try file.root.setAttribute("format_version", Int64(1))
    try file.close()
    let expected = HDF5Error.invalidValue(
      path: "\(path):/@format", expected: "'suture-spectra'", found: "'suture-gradients'")
    #expect(throws: expected) { _ = try SpectraFile(opening: path) }
  }

  @Test func vectorsThatDoNotFit() throws {
    let path = folder.file("misfit.h5")
    var writer = try SpectraFileWriter(
      creating: path, provenance: Provenance(), modules: SpectraFileExample.modules,
      examples: SpectraFileExample.examples)
    try writer.write(
      u: Matrix(rows: 4, columns: 2), vh: Matrix(rows: 2, columns: 5), of: .mean, module: 0)
    try writer.close()
    let expected = HDF5Error.unexpectedShape(
      path: "\(path):/vectors/mean/layers.0.mlp.up_proj/vh",
      expected: "[k, in_features] = [2, 3]", found: [2, 5])
    #expect(throws: expected) { _ = try SpectraFile(opening: path).vectors(of: .mean, module: 0) }
  }
}
