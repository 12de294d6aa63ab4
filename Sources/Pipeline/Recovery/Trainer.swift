import LinearAlgebra
import Tokens
import Transformer

/// What a training step saw and did.
public struct TrainingStep: Sendable {
  /// Number of the step, from 1.
  public let step: Int
  /// Mean loss of the batch before the step, in nats.
  public let loss: Double
  /// Mean over the answer tokens of KL(model as loaded || model) on what is preserved before the step, in
  /// nats; nil where nothing is.
  public let divergence: Double?
  /// Norm of the whole gradient before clipping.
  public let gradientNorm: Double
}

/// Takes optimizer steps on sums of loss terms.
final class Trainer {
  /// Gradients longer than this are scaled down to it, as is usual for fine-tuning.
  static let maximumGradientNorm = 1.0

  let model: LanguageModel
  /// What moves; a recovery that changes its basis puts others in their place.
  var parameters: any TrainableParameters
  private let optimizer: Optimizer
  private var stepCount = 0

  init(_ model: LanguageModel, _ parameters: any TrainableParameters, optimizer: Optimizer) {
    self.model = model
    self.parameters = parameters
    self.optimizer = optimizer
  }

  /// One step.
  ///
  /// - Parameters:
  ///   - terms: What is lowered.
  ///   - stopLoss: When the loss of the terms without a reference is this low already, nothing moves.
  ///   - remembers: Whether the step may be shortened afterwards.
  ///   - learningRate: η of each tensor.
  /// - Returns: What happened, and whether a step was taken.
  /// - Throws: `ModelError`, also when the gradient is not finite; `LinearAlgebraError`.
  func step(
    _ terms: [LossTerm], stopLoss: Double? = nil, remembers: Bool = false,
    learningRate: (TrainableTensor) -> Double
  ) throws -> (record: TrainingStep, moved: Bool) {
    for tensor in parameters.tensors { tensor.gradient.setZero() }
    let losses = try model.plan.passes(over: terms.map(\.example.tokens.count)).flatMap { pass in
      try model.backpropagate(Array(terms[pass]), observer: parameters)
    }
    parameters.didCollectGradients()
    let norm = parameters.tensors.reduce(0) { $0 + $1.squaredGradientNorm }.squareRoot()
    guard norm.isFinite else { throw ModelError.nonFinite(what: "the gradient", layer: nil) }
    let means = MeanLosses(terms, losses)
    let record = TrainingStep(
      step: stepCount + 1, loss: means.loss ?? 0, divergence: means.divergence,
      gradientNorm: norm)
    if let stopLoss, record.loss <= stopLoss { return (record, false) }
    if remembers { for tensor in parameters.tensors { tensor.remember() } }
    // The 1e-6 is PyTorch's, in clip_grad_norm_.
    let scale = min(1, Self.maximumGradientNorm / (norm + 1e-6))
    try optimizer.step(
      parameters.tensors, learningRate: learningRate, gradientScale: Float(scale))
    stepCount += 1
    try parameters.didStep()
    return (record, true)
  }
}

/// The losses of terms by what they are compared with, each mean weighted as the terms are.
struct MeanLosses {
  /// Of the terms without a reference, in nats; nil where there are none.
  let loss: Double?
  /// Of those with one.
  let divergence: Double?

  init(_ terms: [LossTerm], _ losses: [Double]) {
    loss = Self.mean(zip(terms, losses).filter { $0.0.reference == nil })
    divergence = Self.mean(zip(terms, losses).filter { $0.0.reference != nil })
  }

  private static func mean(_ pairs: [(LossTerm, Double)]) -> Double? {
    let weight = pairs.reduce(0) { $0 + $1.0.weight }
    return weight > 0 ? pairs.reduce(0) { $0 + $1.0.weight * $1.1 } / weight : nil
  }
}

extension [Example] {
  /// The mean of the examples' losses as terms.
  var meanLoss: [LossTerm] { map { LossTerm($0, weight: 1 / Double(count)) } }
}
