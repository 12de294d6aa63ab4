import Failures
import HDF5
import LinearAlgebra
import ResultFiles
import Spectra
import TestSupport
import Testing

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
      #expect(vectors.left.rows == 4 && vectors.left.columns == 2)
      #expect(vectors.left.elements == (0..<8).map { Float($0) })
      #expect(vectors.right.rows == 2 && vectors.right.columns == 3)
      #expect(vectors.right.elements == (10..<16).map { Float($0) })
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
      "effective_rank", "frobenius_norm", "orthogonality_defect", "participation_ratio",
      "rank_at_energy", "rank_bound", "residual", "singular_values", "stable_rank",
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
      LowRankMatrix(left: Matrix(rows: 4, columns: 2), right: Matrix(rows: 2, columns: 5)),
      of: .mean, module: 0)
    try writer.close()
    let expected = HDF5Error.unexpectedShape(
      path: "\(path):/vectors/mean/layers.0.mlp.up_proj/vh",
      expected: "[k, in_features] = [2, 3]", found: [2, 5])
    #expect(throws: expected) { _ = try SpectraFile(opening: path).vectors(of: .mean, module: 0) }
  }
}
