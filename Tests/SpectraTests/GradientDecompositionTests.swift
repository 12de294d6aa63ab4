import FoundationEssentials
import LinearAlgebra
import SafetyGradients
import Spectra
import Synchronization
import TestSupport
import Testing

/// The formed gradient of an example, or the mean of all.
private func formed(
  _ file: GradientFile, _ source: SpectrumSource, _ module: Int
) throws -> DoubleMatrix {
  if case .example(let example) = source {
    let factors = try file.factors(example: example, module: module)
    return formedGradient(left: factors.outputGradient, right: factors.input)
  }
  let features = file.modules[module]
  var mean = DoubleMatrix(rows: features.outFeatures, columns: features.inFeatures)
  for example in file.examples.indices {
    let factors = try file.factors(example: example, module: module)
    let tokens = Array(0..<factors.input.rows)
    mean.multiply(
      DoubleMatrix(factors.outputGradient, rows: tokens), .transposed,
      by: DoubleMatrix(factors.input, rows: tokens), alpha: 1 / Double(file.examples.count),
      beta: 1)
  }
  return mean
}

/// `||G - U diag(s) Vh||_F / s_1`.
private func residual(
  _ gradient: borrowing DoubleMatrix, _ values: [Float], _ vectors: LowRankMatrix
) -> Double {
  let k = vectors.right.rows
  var scaled = DoubleMatrix(vectors.right, rows: Array(0..<k))
  scaled.scaleRows(by: values.prefix(k).map { Double($0) })
  var difference = gradient.copy()
  difference.multiply(
    DoubleMatrix(vectors.left, rows: Array(0..<vectors.left.rows)), by: scaled, alpha: -1, beta: 1)
  return difference.sumOfSquares.squareRoot() / Double(values.first ?? 1)
}

/// Lengths that leave every module factored, and lengths at which k_proj (8 x 20), and in the mean
/// all of them, are formed.
@Test(arguments: [[3, 5], [6, 30, 4], [7]])
func spectraAreThoseOfTheFormedGradients(tokenCounts: [Int]) throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: tokenCounts)
  let summary = try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(threads: 2))
  // The mean of one example is its gradient, which is decomposed once.
  let sourceCount = tokenCounts.count == 1 ? 1 : tokenCounts.count + 1
  #expect(summary.gradientCount == sourceCount * Fixture.modules.count)
  #expect(summary.fallbackCount == 0)
  let gradients = try GradientFile(opening: folder.file("g.h5"))
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  let sources = tokenCounts.indices.map(SpectrumSource.example) + [.mean]
  for source in sources {
    let stored = try spectra.spectra(of: source)
    for module in Fixture.modules.indices {
      let gradient = try formed(gradients, source, module)
      let reference = try SVDRoutines.lapack.decompose(gradient).values
      let values = stored[module].singularValues
      #expect(values.count <= reference.count)
      for (value, expected) in zip(values, reference) {
        // Stored as float32: half an ulp.
        #expect(abs(Double(value) - expected) < 1e-7 * reference[0])
      }
      let measures = SpectralMeasures(singularValues: reference)
      #expect(abs(stored[module].frobeniusNorm / measures.frobeniusNorm - 1) < 1e-12)
      #expect(abs(stored[module].stableRank / measures.stableRank - 1) < 1e-12)
      // The entropy counts values that are zero but for rounding.
      #expect(abs(stored[module].effectiveRank / measures.effectiveRank - 1) < 1e-10)
      #expect(abs(stored[module].participationRatio / measures.participationRatio - 1) < 1e-12)
      #expect(
        stored[module].rankAtEnergy == [0.90, 0.95, 0.99].map { measures.rank(atEnergy: $0) })
      let vectors = try spectra.vectors(of: source, module: module)
      #expect(vectors.right.rows == stored[module].rankBound)
      #expect(residual(gradient, values, vectors) < 1e-6)
    }
  }
}

/// A mean of nothing is no gradient.
@Test func aFileWithoutExamplesIsRefused() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [])
  let error = #expect(throws: SpectraError.self) {
    try Fixture.decompose(
      folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(threads: 1))
  }
  #expect(error?.kind == .badData)
  #expect(error?.description.contains("g.h5:/example: expected one at least") == true)
}

/// min(rows of D that are not zero, out, in).
@Test func rankBoundsCountNonzeroRows() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [5, 12])
  try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(threads: 1))
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  #expect(try spectra.spectra(of: .example(0)).map(\.rankBound) == [5, 5, 5, 5, 5, 2])
  #expect(try spectra.spectra(of: .example(1)).map(\.rankBound) == [12, 8, 12, 12, 8, 2])
  #expect(try spectra.spectra(of: .mean).map(\.rankBound) == [17, 8, 17, 17, 8, 4])
  // Singular values that are zero because rows are: up to min(tokens, out, in).
  #expect(try spectra.spectra(of: .example(0))[5].singularValues.count == 5)
  #expect(try spectra.spectra(of: .example(0))[5].singularValues[2...].allSatisfy { $0 == 0 })
}

@Test(arguments: [0, 3])
func vectorsOfTheLeadingComponentsAlone(rank: Int) throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [6, 4])
  try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(rank: rank, threads: 2))
  let spectra = try SpectraFile(opening: folder.file("s.h5"))
  #expect(try spectra.spectra(of: .example(0))[0].singularValues.count == 6)
  #expect(try spectra.hasVectors(of: .example(0), module: 0) == (rank > 0))
  #expect(try spectra.hasVectors(of: .mean, module: 0) == (rank > 0))
  if rank > 0 { #expect(try spectra.vectors(of: .mean, module: 0).left.columns == rank) }
}

@Test func filesDoNotDependOnTheNumberOfThreads() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [6, 9, 30])
  for threads in [1, 4] {
    try Fixture.decompose(
      folder.file("g.h5"), to: folder.file("\(threads).h5"), GradientDecomposition(threads: threads)
    )
  }
  let contents = FileManager.default.contents(atPath: folder.file("1.h5"))
  #expect(contents != nil)
  #expect(contents == FileManager.default.contents(atPath: folder.file("4.h5")))
}

@Test func progressEndsWithEverything() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [3, 4])
  let reported = Mutex<[[Int]]>([])
  try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), GradientDecomposition(threads: 1)
  ) { done, total in reported.withLock { $0.append([done, total]) } }
  let reports = reported.withLock { $0 }
  #expect(reports.last == [18, 18])
  #expect(reports.allSatisfy { $0[1] == 18 })
}

/// Position and name of a bad entry in the input and in the output gradient.
@Test(arguments: [Float.nan, .infinity], [true, false])
func nonFiniteFactorsAreNamed(value: Float, inInput: Bool) throws {
  let folder = try TemporaryFolder()
  let path = folder.file("g.h5")
  try Fixture.write(to: path, tokenCounts: [4, 6]) { example, module, input, gradient in
    guard example == 1 && module == 2 else { return }
    if inInput { input[3, 7] = value } else { gradient[3, 7] = value }
  }
  let expected = SpectraError.gradient(
    GradientPlace(path: path, example: "example-1", layer: 0, projection: "o_proj"),
    .nonFinite(
      operand: inInput ? "input" : "output gradient", row: 3, column: 7, value: "\(value)"))
  #expect(throws: expected) {
    try Fixture.decompose(path, to: folder.file("s.h5"), GradientDecomposition(threads: 2))
  }
  #expect(
    expected.description
      == "\(path): example 'example-1', layer 0, o_proj: "
      + "\(inInput ? "input" : "output gradient") is \(value) at row 3, column 7")
}

/// 3e38 squared and summed is far beyond float32.
@Test func valuesBeyondFloat32AreAnError() throws {
  let folder = try TemporaryFolder()
  let path = folder.file("g.h5")
  try Fixture.write(to: path, tokenCounts: [4]) { _, module, input, gradient in
    if module == 2 {
      input[0, 0] = 1e30
      gradient[0, 0] = 1e30
    }
  }
  let error = #expect(throws: SpectraError.self) {
    try Fixture.decompose(path, to: folder.file("s.h5"), GradientDecomposition(threads: 1))
  }
  guard case .overflow(let place, let value) = error else {
    Issue.record("\(String(describing: error))")
    return
  }
  #expect(place.projection == "o_proj")
  #expect(abs(value / 1e60 - 1) < 1e-5)
}

/// Where `gesdd` gives up the file says that `gesvd` took over.
@Test func fallbackIsCounted() throws {
  let folder = try TemporaryFolder()
  try Fixture.write(to: folder.file("g.h5"), tokenCounts: [4, 5])
  var decomposition = GradientDecomposition(threads: 1)
  decomposition.method.usesGramMatrix = false
  decomposition.method.routines = SVDRoutines { driver, matrix, result in
    driver == .gesdd && matrix.rows == 5 ? 1 : SVDRoutines.lapack.run(driver, &matrix, &result)
  }
  let summary = try Fixture.decompose(
    folder.file("g.h5"), to: folder.file("s.h5"), decomposition)
  #expect(summary.fallbackCount == 5)
}
