import LinearAlgebra
import RandomNumbers
import Transformer

/// A LoRA update `ΔW = (α / r) B A` on every linear module (Hu et al., 2022): B starts at zero, A
/// uniform in ±1/sqrt(inputs) as in PEFT.
final class LoRAParameters: TrainableParameters {
  private(set) var tensors: [TrainableTensor] = []
  let updates: ModuleUpdates
  private let configuration: ModelConfiguration
  private var gradients: [LinearModule: (left: TrainableTensor, right: TrainableTensor)] = [:]

  init(_ model: LanguageModel, rank: Int, alpha: Float, seed: UInt64) {
    configuration = model.configuration
    updates = ModuleUpdates()
    var generator = SplitMix64(seed: seed)
    for module in model.configuration.linearModules {
      let bound = 1 / Float(module.inFeatures).squareRoot()
      let update = LowRankUpdate(
        left: Matrix(rows: module.outFeatures, columns: rank),
        right: Matrix.uniform(rows: rank, columns: module.inFeatures, bound, &generator),
        scale: alpha / Float(rank))
      model.attach(update, to: module)
      updates.append(module, update)
      let left = TrainableTensor(rows: module.outFeatures, columns: rank) { $0(&update.left) }
      let right = TrainableTensor(rows: rank, columns: module.inFeatures) { $0(&update.right) }
      gradients[module] = (left, right)
      tensors += [left, right]
    }
  }

  func didStep() {}

  /// `dB = scale · Dᵀ (X Aᵀ)` and `dA = scale · (D B)ᵀ X`.
  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    for module in configuration.linearModules(ofLayer: layer) where module.site == site {
      guard let update = updates[module], let gradient = gradients[module] else { continue }
      let block = Block(rows: 0..<input.rows, columns: module.rows)
      var projectedInput = Matrix(uninitializedRows: input.rows, columns: update.rank)
      projectedInput.multiply(input, by: update.right, .transposed)
      let whole = projectedInput.wholeBlock
      let leftBlock = gradient.left.gradient.wholeBlock
      gradient.left.gradient.multiply(
        outputGradient, block, .transposed, by: projectedInput, whole, into: leftBlock,
        alpha: update.scale, beta: 1)
      var projectedGradient = Matrix(uninitializedRows: input.rows, columns: update.rank)
      projectedGradient.multiply(
        outputGradient, block, by: update.left, update.left.wholeBlock, into: whole)
      gradient.right.gradient.multiply(
        projectedGradient, .transposed, by: input, alpha: update.scale, beta: 1)
    }
  }
}
