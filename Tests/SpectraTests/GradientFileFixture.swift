import FoundationEssentials
import LinearAlgebra
import ResultFiles
import SafetyGradients
import Spectra
import TestSupport
import Tokens

/// G = Dᵀ X in float64.
func formedGradient(left: borrowing Matrix, right: borrowing Matrix) -> DoubleMatrix {
  let rows = Array(0..<left.rows)
  return DoubleMatrix(
    product: DoubleMatrix(left, rows: rows), .transposed, by: DoubleMatrix(right, rows: rows))
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "suture-\(UUID().uuidString)", directoryHint: .isDirectory).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Two layers of three modules; q_proj and k_proj share their input, k_proj is small, and in the
/// last layer o_proj has a gradient at the last two tokens alone.
enum Fixture {
  static let modules = [0, 1].flatMap { layer in
    [("q_proj", 24, 20), ("k_proj", 8, 20), ("o_proj", 20, 24)].map { name, out, width in
      GradientModule(
        name: "layers.\(layer).self_attn.\(name)", layer: layer, projection: name,
        outFeatures: out, inFeatures: width)
    }
  }

  /// Writes examples of the given lengths; `spoil` may change a factor before it is stored.
  static func write(
    to path: String, tokenCounts: [Int],
    spoil: (_ example: Int, _ module: Int, _ input: inout Matrix, _ gradient: inout Matrix) ->
      Void = { _, _, _, _ in }
  ) throws {
    var draws = Draws(seed: 77)
    var writer = try GradientFileWriter(
      creating: path, provenance: Provenance(created: ""), modules: modules,
      examples: tokenCounts.enumerated().map { index, tokens in
        Example(
          id: "example-\(index)", tokens: [TokenID](repeating: 0, count: tokens),
          answerMask: [Bool](repeating: true, count: tokens))
      })
    for (example, tokens) in tokenCounts.enumerated() {
      try writer.beginExample(example)
      for (index, module) in modules.enumerated() {
        var input = draws.matrix(tokens, module.inFeatures)
        var gradient = draws.matrix(tokens, module.outFeatures)
        for row in 0..<max(tokens - 2, 0) where index == 5 {
          for column in 0..<module.outFeatures { gradient[row, column] = 0 }
        }
        spoil(example, index, &input, &gradient)
        if module.projection == "k_proj" {
          try writer.write(
            example: example, module: index, sharingInputOf: index - 1, outputGradient: gradient)
        } else {
          try writer.write(
            example: example, module: index, input: input, outputGradient: gradient)
        }
      }
      try writer.finishExample(example, loss: 1)
    }
    try writer.close()
  }

  /// Decomposes a file.
  @discardableResult
  static func decompose(
    _ path: String, to output: String, _ decomposition: GradientDecomposition,
    progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> DecompositionSummary {
    let file = try GradientFile(opening: path)
    let writer = try SpectraFileWriter(
      creating: output, provenance: Provenance(created: ""), modules: file.modules,
      examples: file.examples)
    return try decomposition.decompose(file, into: writer, progress: progress)
  }
}
