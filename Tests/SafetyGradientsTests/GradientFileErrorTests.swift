import Failures
import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients
import TestSupport
import Testing

/// Files that are HDF5 but not what the format says, each written by hand.
@Suite struct GradientFileErrorTests {
  let folder: TemporaryFolder
  var path: String { folder.file("gradients.h5") }

  init() throws { folder = try TemporaryFolder() }

  /// What a hand-made file says; a test changes one thing.
  struct Content {
    var format = "suture-gradients"
    var version = Int64(1)
    var modules = ["m"]
    var layers = [Int64(0)]
    var losses = [0.5]
    var tokenCounts = [Int64(2)]
    var input = [2, 3]
    var outputGradient = [2, 4]
    var mask = [UInt8(0), 1]
    var kinds: [String]?
    var sources: [Int64]?
    var omitted: Set<String> = []

    func write(to path: String) throws {
      let file = try File(creating: path)
      try file.root.setAttribute("format", format)
      try file.root.setAttribute("format_version", version)
      try file.root.write(["e"], as: "example")
      try file.root.write(modules, as: "module")
      try file.root.write(["p"], as: "projection")
      if !omitted.contains("layer") { try file.root.write(layers, as: "layer") }
      try file.root.write([Int64(4)], as: "out_features")
      try file.root.write([Int64(3)], as: "in_features")
      try file.root.write(tokenCounts, as: "token_count")
      try file.root.write([Int64(1)], as: "answer_token_count")
      try file.root.write(losses, as: "loss")
      if let kinds { try file.root.write(kinds, as: "kind") }
      if let sources { try file.root.write(sources, as: "source") }
      _ = try file.root.createGroup("factors")
      _ = try file.root.createGroup("factors/0")
      try file.root.write(mask, as: "factors/0/answer_mask")
      _ = try file.root.createGroup("factors/0/m")
      try file.root.write(zeros(input), as: "factors/0/m/input", shape: input)
      if !omitted.contains("output_gradient") {
        try file.root.write(
          zeros(outputGradient), as: "factors/0/m/output_gradient", shape: outputGradient)
      }
      try file.close()
    }

    private func zeros(_ shape: [Int]) -> [Double] {
      [Double](repeating: 0, count: shape.reduce(1, *))
    }
  }

  /// The error of reading everything.
  private func error(_ change: (inout Content) -> Void) throws -> HDF5Error? {
    var content = Content()
    change(&content)
    try content.write(to: path)
    do {
      let file = try GradientFile(opening: path)
      _ = try file.factors(example: 0, module: 0)
      _ = try file.answerMask(example: 0)
      return nil
    } catch {
      return error
    }
  }

  @Test func withoutProvenanceAndWithWiderTypesItIsStillRead() throws {
    #expect(try error { _ in } == nil)
    let file = try GradientFile(opening: path)
    #expect(file.provenance == Provenance(created: ""))
  }

  @Test func anotherFormat() throws {
    let error = try error { $0.format = "suture-spectra" }
    #expect(
      error
        == .invalidValue(
          path: "\(path):/@format", expected: "'suture-gradients'", found: "'suture-spectra'"))
    #expect(error?.kind == .badData)
  }

  @Test func anotherVersion() throws {
    #expect(
      try error { $0.version = 2 }
        == .invalidValue(
          path: "\(path):/@format_version", expected: "version 1", found: "version 2"))
  }

  @Test func noFormat() throws {
    try File(creating: path).close()
    #expect(throws: HDF5Error.attributeMissing(path: "\(path):/", name: "format")) {
      _ = try GradientFile(opening: path)
    }
  }

  @Test func missingColumn() throws {
    #expect(
      try error { $0.omitted = ["layer"] } == .objectMissing(path: "\(path):/layer"))
  }

  @Test func columnOfAnotherLength() throws {
    #expect(
      try error { $0.modules = ["m", "n"] }
        == .unexpectedShape(path: "\(path):/projection", expected: "[count] = [2]", found: [1]))
    #expect(
      try error { $0.losses = [1, 2] }
        == .unexpectedShape(path: "\(path):/loss", expected: "[examples] = [1]", found: [2]))
  }

  @Test(arguments: [-1, Int64(Int32.max) + 1])
  func countsOutOfRange(count: Int64) throws {
    #expect(
      try error { $0.tokenCounts = [count] }
        == .invalidValue(path: "\(path):/token_count", expected: "a count", found: "\(count)"))
  }

  @Test func kindsAndSources() throws {
    let sound = try error {
      $0.kinds = ["benign"]
      $0.sources = [0]
    }
    #expect(sound == nil)
    #expect(
      try GradientFile(opening: path).examples[0].origin
        == GradientOrigin(kind: "benign", source: 0))
    #expect(try error { $0.kinds = ["benign"] } == .objectMissing(path: "\(path):/source"))
    #expect(try error { $0.sources = [0] } == .objectMissing(path: "\(path):/kind"))
  }

  /// Groups are called after kinds.
  @Test(arguments: ["", ".", "..", "a/b", "/"])
  func kindsThatAreNoNames(kind: String) throws {
    let error = try error {
      $0.kinds = [kind]
      $0.sources = [0]
    }
    #expect(
      error
        == .invalidValue(
          path: "\(path):/kind", expected: "names of groups", found: "'\(kind)'"))
  }

  @Test(arguments: [Int64(1), -1])
  func sourcesThatAreNoExamples(source: Int64) throws {
    let error = try error {
      $0.kinds = ["benign"]
      $0.sources = [source]
    }
    guard case .invalidValue(let place, _, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(place == "\(path):/source" && found == "\(source)")
  }

  @Test func factorsThatDoNotFit() throws {
    #expect(
      try error { $0.input = [2, 5] }
        == .unexpectedShape(
          path: "\(path):/factors/0/m/input", expected: "[tokens, in_features] = [2, 3]",
          found: [2, 5]))
    #expect(
      try error { $0.outputGradient = [3, 4] }
        == .unexpectedShape(
          path: "\(path):/factors/0/m/output_gradient",
          expected: "[tokens, out_features] = [2, 4]", found: [3, 4]))
    #expect(
      try error { $0.mask = [1] }
        == .unexpectedShape(
          path: "\(path):/factors/0/answer_mask", expected: "[tokens] = [2]", found: [1]))
  }

  @Test func missingFactor() throws {
    #expect(
      try error { $0.omitted = ["output_gradient"] }
        == .objectMissing(path: "\(path):/factors/0/m/output_gradient"))
  }
}
