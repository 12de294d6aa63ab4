import LinearAlgebra
import OrderedCollections
import Recovery
import ResultFiles
import Spectra
import TestSupport
import Testing
import Transformer

/// Spectra files whose vectors are none.
@Suite struct StoredSubspacesTests {
  private let folder: TemporaryFolder
  private let configuration: ModelConfiguration

  init() throws {
    folder = try TemporaryFolder()
    configuration = try tinyModel("llama").configuration
  }

  /// The first columns of the identity as U and Vh of every module, after `change` in the second one.
  private func file(
    rank: Int = 3, _ change: (_ u: inout Matrix, _ vh: inout Matrix) -> Void
  ) throws -> SpectraFile {
    let path = folder.file("s.h5")
    let modules = configuration.linearModules
    var writer = try SpectraFileWriter(
      creating: path, provenance: Provenance(),
      modules: modules.map {
        GradientModule(
          name: $0.name, layer: $0.layer, projection: $0.projection, outFeatures: $0.outFeatures,
          inFeatures: $0.inFeatures)
      },
      examples: [GradientExample(id: "one", tokenCount: 4, answerTokenCount: 3, loss: 1)])
    for (index, module) in modules.enumerated() {
      var u = Matrix(rows: module.outFeatures, columns: rank)
      var vh = Matrix(rows: rank, columns: module.inFeatures)
      for component in 0..<rank {
        u[component % u.rows, component] = 1
        vh[component, component % vh.columns] = 1
      }
      if index == 1 { change(&u, &vh) }
      try writer.write(LowRankMatrix(left: u, right: vh), of: .mean, module: index)
    }
    try writer.close()
    return try SpectraFile(opening: path)
  }

  private func read(_ file: SpectraFile, rank: Int = 2) throws -> ModuleMatrices {
    try StoredSubspaces(file, source: .mean, rank: rank).read(for: configuration, fingerprint: nil)
  }

  private func expectDefect(_ file: SpectraFile, _ words: String) throws {
    let error = #expect(throws: StoredSubspaceError.self) { try read(file) }
    guard case .notOrthonormal(let path, let module, let defect) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == file.path)
    #expect(module == configuration.linearModules[1].name)
    #expect(defect.contains(words), "\(defect)")
    #expect(error?.kind == .badData)
  }

  @Test func soundVectorsAreTaken() throws {
    let subspaces = try read(try file { u, _ in u[0, 0] = 1 + 4e-5 })
    #expect(subspaces.count == configuration.linearModules.count)
    #expect(subspaces.values.allSatisfy { $0.innerDimension == 2 })
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func vectorsThatAreNotFinite(_ value: Float) throws {
    try expectDefect(try file { u, _ in u[1, 0] = value }, "u is \(value) at row 1, column 0")
    try expectDefect(try file { _, vh in vh[0, 3] = value }, "vh is \(value) at row 0, column 3")
  }

  /// The third vector of three is not used at rank 2, and is refused all the same.
  @Test(arguments: [0, 2])
  func vectorsOfAnotherLength(_ component: Int) throws {
    try expectDefect(try file { u, _ in u[component, component] = 1.001 }, "|UᵀU - I| is 0.002")
    try expectDefect(try file { u, _ in u[component, component] = 0 }, "|UᵀU - I| is 1.0")
    try expectDefect(try file { _, vh in vh[component, component] = 1e30 }, "is inf, more than")
  }

  @Test func vectorsThatAreNotOrthogonal() throws {
    try expectDefect(try file { u, _ in u[0, 1] = 0.01 }, "|UᵀU - I| is 0.01")
    try expectDefect(try file { _, vh in vh[1, 0] = 0.01 }, "|Vh Vhᵀ - I| is 0.01")
  }

  /// More vectors than dimensions, which would take memory in the square of their number.
  @Test func moreVectorsThanDimensions() throws {
    let file = try file(rank: 3000) { _, _ in }
    let error = #expect(throws: StoredSubspaceError.self) { try read(file) }
    #expect(error?.description.contains("3000 vectors cannot be orthonormal") == true)
  }
}
