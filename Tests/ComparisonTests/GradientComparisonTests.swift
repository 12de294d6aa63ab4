import Comparison
import FoundationEssentials
import HDF5
import LinearAlgebra
import OrderedJSON
import ResultFiles
import SafetyGradients
import Spectra
import TestSupport
import Testing
import Tokens

private let module = GradientModule(
  name: "layers.0.mlp.up_proj", layer: 0, projection: "up_proj", outFeatures: 40, inFeatures: 30)

/// Random gradients of five tokens each.
private func write(_ count: Int, kinds: [String] = [], seed: UInt64 = 41, to path: String) throws {
  var draws = Draws(seed: seed)
  let examples = (0..<count).map {
    Example(
      id: "e\($0)", tokens: [TokenID](repeating: 0, count: 5),
      answerMask: [Bool](repeating: true, count: 5))
  }
  var writer = try GradientFileWriter(
    creating: path, provenance: Provenance(created: ""), modules: [module], examples: examples,
    origins: kinds.isEmpty
      ? nil : kinds.enumerated().map { GradientOrigin(kind: $1, source: $0 / 2 * 2) })
  for index in 0..<count {
    try writer.beginExample(index)
    try writer.write(
      example: index, module: 0, input: draws.matrix(5, 30), outputGradient: draws.matrix(5, 40))
    try writer.finishExample(index, loss: 1)
  }
  try writer.close()
}

private func compare(
  _ paths: [String], ranks: [Int] = [1, 2, 4], limit: Int = 16, to output: String
) throws -> StoredGroup {
  let comparison = try GradientComparison(
    try paths.map { try ComparedFile(opening: $0) }, ranks: ranks, limit: limit)
  let results = try comparison.compare(seed: 1, threads: 2)
  try results.write(to: output, provenance: results.provenance)
  return try StoredFile(opening: output).root
}

extension StoredGroup {
  fileprivate func numbers(_ name: String) throws -> [Double] { try dataset(name).read() }
}

/// h5py writes subspaces with planted overlaps; NumPy and SciPy say what there is to be found.
@Test func plantedSubspacesAreFound() throws {
  let scratch = try TemporaryFolder()
  #expect(try Python.run("compare_subspaces.py", ["write", scratch.file("g.h5")]) == 0)
  _ = try compare([scratch.file("g.h5")], to: scratch.file("c.h5"))
  #expect(
    try Python.run("compare_subspaces.py", ["check", scratch.file("g.h5"), scratch.file("c.h5")])
      == 0)
}

/// Random subspaces overlap as chance has it, within the interval over examples.
@Test func randomSubspacesOverlapByChance() throws {
  let scratch = try TemporaryFolder()
  try write(12, to: scratch.file("g.h5"))
  let found = try compare([scratch.file("g.h5")], to: scratch.file("c.h5"))
  #expect(try found.dataset("relation").readText()[0] == "example with example")
  let (low, high) = try (found.numbers("overlap_u_low"), found.numbers("overlap_u_high"))
  let chance = try found.numbers("chance_u")
  let expected: [Double] = [0.025, 0.05, 0.1]
  #expect(chance == expected)
  for rank in 0..<3 { #expect(low[rank] < chance[rank] && chance[rank] < high[rank]) }
  // 66 pairs, and 12 with the mean of the others.
  #expect(try found.dataset("pair").shape == [78])
}

/// A file with itself: the same subspaces and the same gradients.
@Test func aFileWithItself() throws {
  let scratch = try TemporaryFolder()
  try write(3, to: scratch.file("g.h5"))
  let found = try compare(
    [scratch.file("g.h5"), scratch.file("g.h5")], to: scratch.file("c.h5"))
  let relations = try found.dataset("relation").readText()
  let same = try #require(relations.firstIndex(of: "the same example in both"))
  let means = try found.numbers("overlap_v_mean")
  for rank in 0..<3 { #expect(abs(means[3 * same + rank] - 1) < 1e-6) }
  #expect(abs(try found.numbers("cosine_mean")[same] - 1) < 1e-12)
  #expect(abs(try found.numbers("cosine_all_mean")[same] - 1) < 1e-12)
  let mean = try #require(
    relations.firstIndex(of: "mean example with mean example of the other file"))
  #expect(abs(try found.numbers("cosine_mean")[mean] - 1) < 1e-12)
  #expect(try found.numbers("overlap_u_low")[mean * 3].isNaN)
}

/// Spectra give the same overlaps and, with all components, the same cosines; with some no cosine.
@Test(arguments: [64, 4])
func spectraStandForGradients(rank: Int) throws {
  let scratch = try TemporaryFolder()
  try write(4, to: scratch.file("g.h5"))
  let gradients = try GradientFile(opening: scratch.file("g.h5"))
  let writer = try SpectraFileWriter(
    creating: scratch.file("s.h5"), provenance: Provenance(created: ""),
    modules: gradients.modules, examples: gradients.examples)
  try GradientDecomposition(rank: rank, threads: 1).decompose(gradients, into: writer)
  let expected = try compare([scratch.file("g.h5")], to: scratch.file("cg.h5"))
  let found = try compare([scratch.file("s.h5")], to: scratch.file("cs.h5"))
  let (overlaps, cosines) = try (found.numbers("overlap_u"), found.numbers("cosine"))
  #expect(overlaps.count == 6 * 3 && cosines.count == 6)
  for (one, other) in zip(overlaps, try expected.numbers("overlap_u")) {
    #expect(abs(one - other) < 1e-12)
  }
  for (one, other) in zip(cosines, try expected.numbers("cosine")) {
    let agrees = rank == 4 ? one.isNaN : abs(one - other) < 1e-6
    #expect(agrees)
  }
}

/// Five tokens give five directions.
@Test func ranksBeyondTheDirectionsAreNotNumbers() throws {
  let scratch = try TemporaryFolder()
  try write(2, to: scratch.file("g.h5"))
  let found = try compare([scratch.file("g.h5")], ranks: [4, 16], to: scratch.file("c.h5"))
  let overlaps = try found.numbers("overlap_u")
  #expect(!overlaps[0].isNaN && overlaps[1].isNaN)
  let angles = try found.numbers("angle_u")
  for index in 0..<16 { #expect(angles[index].isNaN == (index >= 5)) }
}

@Test func controlsGoWithTheirExamples() throws {
  let scratch = try TemporaryFolder()
  let kinds = ["example", "benign", "example", "benign", "example", "benign"]
  try write(6, kinds: kinds, to: scratch.file("g.h5"))
  let found = try compare([scratch.file("g.h5")], to: scratch.file("c.h5"))
  #expect(
    try found.dataset("relation").readText() == [
      "example with example", "example with the mean of the others", "benign with benign",
      "benign with the mean of the others", "example with its benign",
      "mean example with mean benign",
    ])
  let relations = try found.dataset("pair_relation").read(as: Int32.self)
  #expect(relations.map { Int($0) } == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5])
  #expect(try found.dataset("first").readText().suffix(4) == ["e0", "e2", "e4", "example"])
  #expect(try found.dataset("second").readText().suffix(4) == ["e1", "e3", "e5", "benign"])
}

/// Pairs grow with the square: some take part, and a note says so.
@Test func theLimitIsSaid() throws {
  let scratch = try TemporaryFolder()
  try write(6, to: scratch.file("g.h5"))
  let comparison = try GradientComparison(
    [try ComparedFile(opening: scratch.file("g.h5"))], limit: 3)
  #expect(
    comparison.notes == [
      "\(scratch.file("g.h5")): the first 3 of 6 of kind example are compared (--limit)"
    ])
  let found = try compare([scratch.file("g.h5")], limit: 3, to: scratch.file("c.h5"))
  #expect(try found.dataset("pair").shape == [6])
}

@Test func whatCannotBeComparedIsRefused() throws {
  let scratch = try TemporaryFolder()
  try write(1, to: scratch.file("g.h5"))
  let error = #expect(throws: ComparisonError.self) {
    _ = try GradientComparison([try ComparedFile(opening: scratch.file("g.h5"))])
  }
  #expect(error?.description.contains("there is one gradient") == true)
  #expect(error?.kind == .badData)
}

@Test func resultsDoNotDependOnThreads() throws {
  let scratch = try TemporaryFolder()
  try write(5, to: scratch.file("g.h5"))
  for threads in [1, 3] {
    let comparison = try GradientComparison([try ComparedFile(opening: scratch.file("g.h5"))])
    let results = try comparison.compare(seed: 7, threads: threads)
    try results.write(
      to: scratch.file("\(threads).h5"), provenance: Provenance(created: ""))
  }
  let bytes = FileManager.default.contents(atPath: scratch.file("1.h5"))
  #expect(bytes != nil && bytes == FileManager.default.contents(atPath: scratch.file("3.h5")))
}
