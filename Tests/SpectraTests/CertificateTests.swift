import LinearAlgebra
import SafetyGradients
import Spectra
import TestSupport
import Testing

@Test func certificatesAreStoredForExamplesAndTheMean() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [5, 30])
  let summary = try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(threads: 2))
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  var (residuals, defects): ([Double], [Double]) = ([], [])
  for source in [SpectrumSource.example(0), .example(1), .mean] {
    residuals += try spectra.spectra(of: source).map(\.residual)
    defects += try spectra.spectra(of: source).map(\.orthogonalityDefect)
  }
  #expect(residuals.count == 18 && defects.count == 18)
  // Vectors are stored in float32.
  #expect(residuals.allSatisfy { $0 > 1e-9 && $0 < 2e-7 })
  #expect(defects.allSatisfy { $0 > 1e-9 && $0 < 2e-7 })
  #expect(summary.residual.value == residuals.max())
  #expect(summary.orthogonalityDefect.value == defects.max())
  #expect(summary.warnings == [])
}

/// LAPACK returns a wrong value where the core is 5 x 5: those of the first example, but for the last
/// module, where two rows count.
@Test func aDamagedDecompositionIsSeenAndNamed() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [5, 6])
  var decomposition = GradientDecomposition(threads: 2)
  decomposition.method.usesGramMatrix = false
  decomposition.method.routines = SVDRoutines { driver, matrix, result in
    let isDamaged = matrix.rows == 5
    let status = SVDRoutines.lapack.run(driver, &matrix, &result)
    if isDamaged { result.values[0] *= 1.01 }
    return status
  }
  let summary = try Fixture.decompose(folder.file("g.h5"), to: folder.file("s.h5"), decomposition)
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  let residuals = try spectra.spectra(of: .example(0)).map(\.residual)
  #expect(residuals.count == 6)
  #expect(residuals[..<5].allSatisfy { $0 > 1e-3 && $0 < 2e-2 })
  #expect(residuals[5] < 2e-7)
  #expect(try spectra.spectra(of: .example(1)).allSatisfy { $0.residual < 2e-7 })
  let worst = try #require(residuals.indices.max { residuals[$0] < residuals[$1] })
  #expect(summary.residual.place?.projection == Fixture.modules[worst].projection)
  #expect(summary.residual.place?.layer == Fixture.modules[worst].layer)
  #expect(summary.residual.place?.example == "example-0")
  #expect(summary.warnings.count == 1)
  #expect(summary.warnings[0].contains("example 'example-0', layer "))
  #expect(summary.warnings[0].contains(": the decomposition has a residual of "))
}

/// Files of before there were certificates are read; what they do not say is not a number.
@Test func filesWithoutCertificatesAreRead() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [5])
  try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(threads: 1))
  let names = ["residual", "mean/residual", "orthogonality_defect", "mean/orthogonality_defect"]
  #expect(
    try Python.run("delete_objects.py", [folder.file("s.h5")] + names + ["attribution", "tokens"])
      == 0)
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  let stored = try spectra.spectra(of: .example(0))
  #expect(stored.count == 6)
  #expect(stored.allSatisfy { $0.residual.isNaN && $0.orthogonalityDefect.isNaN })
  #expect(try !spectra.hasAttribution(example: 0, module: 0))
  #expect(try spectra.tokens(example: 0) == nil)
}

/// `(u_i · D_t) (X_t · v_i) / s_i` of the stored vectors; example 1's k_proj is formed.
@Test func attributionsAreThoseOfTheVectors() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [5, 12])
  try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(rank: 4, threads: 2))
  let gradients = try GradientFile(opening: folder.file("g.h5"))
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  var columnCount = 0
  for (example, tokens) in [(0, 5), (1, 12)] {
    for module in Fixture.modules.indices {
      let shares = try spectra.attribution(example: example, module: module)
      let factors = try gradients.factors(example: example, module: module)
      let vectors = try spectra.vectors(of: .example(example), module: module)
      let values = try spectra.spectra(of: .example(example))[module].singularValues
      let rank = try spectra.spectra(of: .example(example))[module].rankBound
      #expect(shares.rows == tokens && shares.columns == min(4, rank))
      var outer = Matrix(rows: tokens, columns: shares.columns)
      outer.multiply(factors.outputGradient, by: vectors.left)
      var inner = Matrix(rows: tokens, columns: shares.columns)
      inner.multiply(factors.input, by: vectors.right, .transposed)
      for component in 0..<shares.columns {
        columnCount += 1
        var sum = 0.0
        for token in 0..<tokens {
          let share = outer[token, component] * inner[token, component] / values[component]
          // float32 products of some twenty numbers.
          #expect(abs(shares[token, component] - share) < 2e-6)
          sum += Double(shares[token, component])
        }
        #expect(abs(sum - 1) < 1e-6)
      }
    }
  }
  #expect(columnCount == 10 * 4 + 2 * 2)
  #expect(try spectra.tokens(example: 1)?.ids == [Int32](repeating: 0, count: 12))
  #expect(try spectra.tokens(example: 1)?.texts == nil)
  #expect(try spectra.tokens(example: 0)?.answerMask == [false, true, true, true, true])
}

@Test func withoutVectorsThereIsNoAttribution() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [5])
  try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(rank: 0, threads: 1))
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  #expect(try !spectra.hasAttribution(example: 0, module: 0))
  #expect(try spectra.tokens(example: 0) == nil)
  // The measures have certificates all the same, in float64.
  #expect(try spectra.spectra(of: .example(0)).allSatisfy { $0.residual < 1e-13 })
}
