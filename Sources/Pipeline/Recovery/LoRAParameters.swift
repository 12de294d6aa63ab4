import LinearAlgebra
import OrderedCollections
import RandomNumbers
import Transformer

/// A LoRA update `ΔW = (α / r) B A` on linear modules, all or some (Hu et al., 2022): B starts at zero, A
/// uniform in ±1/sqrt(inputs) as in PEFT.
///
/// The factors are those of the model's updates.
final class LoRAParameters: TrainableParameters {
  private(set) var tensors: [TrainableTensor] = []
  let model: LanguageModel
  /// The update before it was multiplied.
  var unscaled: ModuleMatrices?
  private var gradients: [LinearModule: (left: TrainableTensor, right: TrainableTensor)] = [:]

  init(
    _ model: LanguageModel, modules: [LinearModule]? = nil, rank: Int, alpha: Float, seed: UInt64
  ) {
    self.model = model
    var generator = SplitMix64(seed: seed)
    for module in modules ?? model.configuration.linearModules {
      let bound = 1 / Float(module.inFeatures).squareRoot()
      model.updates[module] = LowRankMatrix(
        left: Matrix(rows: module.outFeatures, columns: rank),
        right: Matrix.uniform(rows: rank, columns: module.inFeatures, bound, &generator),
        scale: alpha / Float(rank))
      let left = TrainableTensor(rows: module.outFeatures, columns: rank) { change in
        Self.change(module, of: model) { left, _ in change(&left) }
      }
      let right = TrainableTensor(rows: rank, columns: module.inFeatures) { change in
        Self.change(module, of: model) { _, right in change(&right) }
      }
      gradients[module] = (left, right)
      tensors += [left, right]
    }
  }

  private static func change(
    _ module: LinearModule, of model: LanguageModel,
    _ body: (_ left: inout Matrix, _ right: inout Matrix) -> Void
  ) {
    guard let update = model.updates[module] else { return }
    var left = update.left.copy()
    var right = update.right.copy()
    body(&left, &right)
    model.updates[module] = LowRankMatrix(left: left, right: right, scale: update.scale)
  }

  func didStep() {}

  /// `dB = scale · Dᵀ (X Aᵀ)` and `dA = scale · (D B)ᵀ X`.
  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    for module in model.configuration.linearModules(ofLayer: layer) where module.site == site {
      guard let update = model.updates[module], let gradient = gradients[module] else { continue }
      let rank = update.innerDimension
      let block = Block(rows: 0..<input.rows, columns: module.rows)
      var projectedInput = Matrix(uninitializedRows: input.rows, columns: rank)
      projectedInput.multiply(input, by: update.right, .transposed)
      let whole = projectedInput.wholeBlock
      let leftBlock = gradient.left.gradient.wholeBlock
      gradient.left.gradient.multiply(
        outputGradient, block, .transposed, by: projectedInput, whole, into: leftBlock,
        alpha: update.scale, beta: 1)
      var projectedGradient = Matrix(uninitializedRows: input.rows, columns: rank)
      projectedGradient.multiply(
        outputGradient, block, by: update.left, update.left.wholeBlock, into: whole)
      gradient.right.gradient.multiply(
        projectedGradient, .transposed, by: input, alpha: update.scale, beta: 1)
    }
  }
}

extension LoRAParameters: LowRankParameters {}
