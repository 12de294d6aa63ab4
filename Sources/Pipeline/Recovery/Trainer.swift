import LinearAlgebra
import Tokens
import Transformer

/// What a training step saw and did.
public struct TrainingStep: Sendable {
  /// Number of the step, from 1.
  public let step: Int
  /// Mean loss of the batch before the step, in nats.
  public let loss: Double
  /// Norm of the whole gradient before clipping.
  public let gradientNorm: Double
}

/// Takes optimizer steps on the mean loss of batches.
final class Trainer {
  /// Gradients longer than this are scaled down to it, as is usual for fine-tuning.
  static let maximumGradientNorm = 1.0

  let model: LanguageModel
  let parameters: any TrainableParameters
  private var optimizer: Optimizer

  init(_ model: LanguageModel, _ parameters: any TrainableParameters, optimizer: Optimizer) {
    self.model = model
    self.parameters = parameters
    self.optimizer = optimizer
  }

  /// One step.
  ///
  /// - Parameters:
  ///   - batch: Examples whose losses are averaged.
  ///   - learningRate: η of this step.
  ///   - stopLoss: When the batch's loss is this low already, nothing moves.
  /// - Returns: What happened, and whether a step was taken.
  /// - Throws: `ModelError`, also when the gradient is not finite.
  func step(
    _ batch: [Example], learningRate: Double, stopLoss: Double? = nil
  ) throws -> (record: TrainingStep, moved: Bool) {
    for tensor in parameters.tensors { tensor.gradient.setZero() }
    let weight = 1 / Double(batch.count)
    let losses = try model.plan.passes(over: batch.map(\.tokens.count)).flatMap { pass in
      try model.backpropagate(
        Array(batch[pass]), weights: pass.map { _ in weight }, observer: parameters)
    }
    let loss = losses.reduce(0, +) * weight
    let norm = parameters.tensors.reduce(0) { $0 + $1.squaredGradientNorm }.squareRoot()
    guard norm.isFinite else { throw ModelError.nonFinite(what: "the gradient", layer: nil) }
    let record = TrainingStep(step: optimizer.stepCount + 1, loss: loss, gradientNorm: norm)
    if let stopLoss, loss <= stopLoss { return (record, false) }
    // The 1e-6 is PyTorch's, in clip_grad_norm_.
    let scale = min(1, Self.maximumGradientNorm / (norm + 1e-6))
    optimizer.step(
      parameters.tensors, learningRate: Float(learningRate), gradientScale: Float(scale))
    parameters.didStep()
    return (record, true)
  }
}
