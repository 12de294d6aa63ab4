import Tokens
import Transformer

/// One step of a recovery.
public struct RecoveryStep: Sendable {
  /// Losses, gradient norm and number of the step.
  public let training: TrainingStep
  /// The update so far.
  public let size: UpdateSize
  /// Time of the step.
  public let seconds: Double

  init(_ training: TrainingStep, size: UpdateSize, seconds: Double) {
    self.training = training
    self.size = size
    self.seconds = seconds
  }
}

/// The losses after the last step.
public struct FinalLosses: Sendable, Equatable {
  /// Mean loss of the examples, in nats.
  public let loss: Double
  /// Mean divergence from what is preserved; nil where nothing is.
  public let divergence: Double?

  init(_ model: LanguageModel, _ terms: [LossTerm]) throws {
    let losses = try model.plan.passes(over: terms.map(\.example.tokens.count)).flatMap {
      try model.losses(Array(terms[$0]))
    }
    let means = MeanLosses(terms, losses)
    loss = means.loss ?? 0
    divergence = means.divergence
  }
}

/// The outcome of a recovery.
public final class RecoveryResult {
  /// One record a step taken.
  public let records: [RecoveryStep]
  /// The losses after the last step.
  public let final: FinalLosses
  /// Whether the update came to the norm that was asked for.
  public let reachedNorm: Bool
  /// Where it moved; nil for `full` and `lora`.
  public let subspaces: RecoverySubspaces?
  /// The least and the largest learning rate of a tensor.
  public let learningRates: ClosedRange<Double>
  private let parameters: any RecoveryParameters

  init(
    records: [RecoveryStep], final: FinalLosses, reachedNorm: Bool,
    subspaces: RecoverySubspaces?, learningRates: ClosedRange<Double>,
    parameters: any RecoveryParameters
  ) {
    self.records = records
    self.final = final
    self.reachedNorm = reachedNorm
    self.subspaces = subspaces
    self.learningRates = learningRates
    self.parameters = parameters
  }

  /// Loss of the examples after the last step, in nats.
  public var finalLoss: Double { final.loss }

  /// The update as low-rank factors; nil for `full`.
  public var updates: ModuleMatrices? { parameters.updates }

  /// Norm and ranks of the update as it is now.
  ///
  /// - Throws: `LinearAlgebraError`.
  public func updateSize() throws -> UpdateSize { try parameters.updateSize() }

  /// Multiplies the update in the model, of whatever kind it is.
  ///
  /// - Parameter factor: At least 0; 1 leaves it as training made it, whatever was asked for before.
  public func scaleUpdate(by factor: Double) { parameters.scaleUpdate(by: factor) }
}
