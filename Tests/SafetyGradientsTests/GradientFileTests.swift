import Failures
import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients
import TestSupport
import Testing
import Tokens

/// What the tests write: two layers' worth of modules with different shapes.
enum GradientFileExample {
  static let modules = [
    GradientModule(
      name: "layers.0.self_attn.q_proj", layer: 0, projection: "q_proj", outFeatures: 4,
      inFeatures: 3),
    GradientModule(
      name: "layers.0.self_attn.k_proj", layer: 0, projection: "k_proj", outFeatures: 2,
      inFeatures: 3),
    GradientModule(
      name: "layers.1.mlp.down_proj", layer: 1, projection: "down_proj", outFeatures: 3,
      inFeatures: 5),
  ]

  static let provenance = Provenance(
    toolVersion: "1.2.3", created: "2026-02-03T04:05:06Z", commandLine: "compute --model \"é\"",
    model: "some/model", architecture: "llama", modelFingerprint: "ab12",
    tokenizerFingerprint: "cd34", chatTemplateSHA256: "", threads: 2, blas: "OpenBLAS", seed: -7)

  /// Numbers that tell example, module, row and column apart.
  static func matrix(_ rows: Int, _ columns: Int, _ tag: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { Float(1000 * tag + $0) + 0.25 })
  }

  /// Two examples of 4 and 1 tokens; the last layer comes first, q_proj shares k_proj's inputs.
  static func write(to path: String) throws {
    let examples = [("a,b", 4), ("日本", 1)].enumerated().map { index, example in
      let tokens = (0..<example.1).map { TokenID(100 * index + $0) }
      return Example(id: example.0, tokens: tokens, answerMask: tokens.map { $0 % 2 == 1 })
    }
    var writer = try GradientFileWriter(
      creating: path, provenance: provenance, modules: modules, examples: examples)
    for (example, tokenCount) in [(0, 4), (1, 1)] {
      try writer.beginExample(example)
      let tag = 10 * example
      try writer.write(
        example: example, module: 2, input: matrix(tokenCount, 5, tag),
        outputGradient: matrix(tokenCount, 3, tag + 1))
      try writer.write(
        example: example, module: 1, input: matrix(tokenCount, 3, tag + 2),
        outputGradient: matrix(tokenCount, 2, tag + 3))
      try writer.write(
        example: example, module: 0, sharingInputOf: 1,
        outputGradient: matrix(tokenCount, 4, tag + 4))
      try writer.finishExample(example, loss: 0.1 + Double(example))
    }
    try writer.close()
  }
}

@Suite struct GradientFileTests {
  let folder: TemporaryFolder
  var path: String { folder.file("gradients.h5") }

  init() throws {
    folder = try TemporaryFolder()
    try GradientFileExample.write(to: folder.file("gradients.h5"))
  }

  @Test func tablesComeBack() throws {
    let file = try GradientFile(opening: path)
    #expect(file.provenance == GradientFileExample.provenance)
    #expect(file.modules == GradientFileExample.modules)
    #expect(
      file.examples == [
        GradientExample(id: "a,b", tokenCount: 4, answerTokenCount: 2, loss: 0.1),
        GradientExample(id: "日本", tokenCount: 1, answerTokenCount: 0, loss: 1.1),
      ])
    #expect(try file.tokens(example: 0) == [0, 1, 2, 3])
    #expect(try file.answerMask(example: 0) == [false, true, false, true])
    #expect(try file.tokens(example: 1) == [100])
  }

  @Test(arguments: [(0, 4), (1, 1)])
  func factorsComeBack(example: Int, tokenCount: Int) throws {
    let file = try GradientFile(opening: path)
    let expected = [
      (2, GradientFileExample.matrix(tokenCount, 3, 10 * example + 2).elements, 4),
      (2, GradientFileExample.matrix(tokenCount, 3, 10 * example + 2).elements, 3),
      (0, GradientFileExample.matrix(tokenCount, 5, 10 * example).elements, 1),
    ]
    for (module, (_, input, gradientTag)) in expected.enumerated() {
      let factors = try file.factors(example: example, module: module)
      let columns = file.modules[module].outFeatures
      let gradient = GradientFileExample.matrix(tokenCount, columns, 10 * example + gradientTag)
      #expect(factors.input.elements == input)
      #expect(factors.outputGradient.elements == gradient.elements)
      #expect(factors.input.rows == tokenCount && factors.outputGradient.columns == columns)
    }
  }

  @Test func modulesWithTheSameStoredInputAreFound() throws {
    let file = try GradientFile(opening: path)
    #expect(try file.modulesSharingInput(example: 0) == [[0, 1], [2]])
    #expect(try file.modulesSharingInput(example: 1) == [[0, 1], [2]])
  }

  @Test func layoutIsThatOfTheContract() throws {
    let file = try StoredFile(opening: path)
    #expect(
      try file.root.names() == [
        "answer_token_count", "example", "factors", "in_features", "layer", "loss", "module",
        "out_features", "projection", "token_count",
      ])
    #expect(try file.root.group("factors").names() == ["0", "1"])
    #expect(
      try file.root.group("factors/1").names()
        == ["answer_mask"] + GradientFileExample.modules.map(\.name).sorted() + ["tokens"])
    #expect(
      try file.root.group("factors/1/layers.1.mlp.down_proj").names()
        == ["input", "output_gradient"])
    #expect(try file.root.textAttribute("format") == "suture-gradients")
    #expect(try file.root.attribute("format_version", as: Int64.self) == 1)
    #expect(try file.root.textAttribute("created") == "2026-02-03T04:05:06Z")
    #expect(try file.root.attribute("seed", as: Int64.self) == -7)
  }

  @Test func timestampIsISO8601() throws {
    let pattern = /20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ/
    #expect(Provenance.timestamp().wholeMatch(of: pattern) != nil)
  }

  @Test func noExamplesAndNoModules() throws {
    let path = folder.file("empty.h5")
    let writer = try GradientFileWriter(
      creating: path, provenance: Provenance(), modules: [], examples: [])
    try writer.close()
    let file = try GradientFile(opening: path)
    #expect(file.modules == [] && file.examples == [])
  }
}
