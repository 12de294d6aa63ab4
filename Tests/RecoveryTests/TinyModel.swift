import Checkpoints
import LinearAlgebra
import Testing
import Transformer

/// A tiny model of `Resources`, loaded afresh, because training changes it.
func tinyModel(_ name: String) throws -> LanguageModel {
  let checkpoint = try Checkpoint(opening: resource(name))
  return try LanguageModel(
    configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint)
}

func resource(_ name: String) -> String {
  #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Resources/" + name
}

func sequence(_ tokens: [Int32], prompt: Int) throws -> LossSequence {
  try LossSequence(tokens: tokens, carriesLoss: tokens.indices.map { $0 >= prompt })
}

/// Forms `G = Dᵀ X` of every module.
final class DenseGradients: GradientObserver {
  private let configuration: ModelConfiguration
  private(set) var gradients: [LinearModule: [Float]] = [:]

  init(_ configuration: ModelConfiguration) { self.configuration = configuration }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    for module in configuration.linearModules(ofLayer: layer) where module.site == site {
      var gradient = Matrix(rows: module.outFeatures, columns: module.inFeatures)
      let whole = gradient.wholeBlock
      gradient.multiply(
        outputGradient, Block(rows: 0..<input.rows, columns: module.rows), .transposed, by: input,
        input.wholeBlock, into: whole)
      gradients[module] = gradient.elements
    }
  }
}
