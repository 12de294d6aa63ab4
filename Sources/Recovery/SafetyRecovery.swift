import LinearAlgebra
import Transformer

/// Recovers a model's safety from one example, moving only in chosen subspaces.
public struct SafetyRecovery: Sendable {
  /// Which subspaces may move.
  public var choice: SubspaceChoice
  /// r, components a module.
  public var rank: Int
  /// Optimizer steps on the one example.
  public var steps: Int
  /// η.
  public var learningRate: Double
  /// How a step follows from gradients.
  public var optimizer: OptimizerKind
  /// Ends when the loss is this low, in nats.
  public var stopLoss: Double?
  /// Decides random subspaces.
  public var seed: UInt64

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - choice: Which subspaces may move.
  ///   - rank: Components a module.
  ///   - steps: Optimizer steps.
  ///   - learningRate: η.
  ///   - optimizer: How a step follows from gradients.
  ///   - stopLoss: Ends when the loss is this low, in nats.
  ///   - seed: Decides random subspaces.
  public init(
    choice: SubspaceChoice, rank: Int = 8, steps: Int = 12, learningRate: Double = 1e-2,
    optimizer: OptimizerKind = .adamw, stopLoss: Double? = nil, seed: UInt64 = 0
  ) {
    self.choice = choice
    self.rank = rank
    self.steps = steps
    self.learningRate = learningRate
    self.optimizer = optimizer
    self.stopLoss = stopLoss
    self.seed = seed
  }

  /// Recovers a model in place.
  ///
  /// - Parameters:
  ///   - model: Updates are attached to it, or its weights move (`full`).
  ///   - example: The one example.
  ///   - stored: Subspaces of a spectra file, for `file`.
  ///   - didStep: Called after each step with its record and the updates so far (nil for `full`).
  /// - Returns: The records of all steps and the updates (nil for `full`).
  /// - Throws: `ModelError`, `LinearAlgebraError`, and what `didStep` throws.
  public func run(
    _ model: LanguageModel, example: LossSequence,
    stored: [(module: LinearModule, subspace: Subspace)] = [],
    didStep: (RecoveryStep, ModuleUpdates?) throws -> Void
  ) throws -> RecoveryResult {
    let subspaces = try subspaces(of: model, example: example, stored: stored)
    let core = subspaces.map { CoreParameters(model, subspaces: $0) }
    let parameters: any TrainableParameters = try core ?? FullParameters(model)
    let trainer = Trainer(model, parameters, optimizer: Optimizer(optimizer))
    var records: [RecoveryStep] = []
    let clock = ContinuousClock()
    for _ in 0..<steps {
      let start = clock.now
      let (step, moved) = try trainer.step(
        [example], learningRate: learningRate, stopLoss: stopLoss)
      guard moved else { break }
      let seconds = start.duration(to: clock.now) / .seconds(1)
      let record = RecoveryStep(step, size: try core?.updateSize(), seconds: seconds)
      records.append(record)
      try didStep(record, core?.updates)
    }
    let finalLoss = try model.losses([example])[0]
    return RecoveryResult(records: records, finalLoss: finalLoss, updates: core?.updates)
  }

  /// The subspaces of the modules that may move, or nil when everything may.
  private func subspaces(
    of model: LanguageModel, example: LossSequence,
    stored: [(module: LinearModule, subspace: Subspace)]
  ) throws -> [(module: LinearModule, subspace: Subspace)]? {
    let rank = rank
    switch choice {
    case .full: return nil
    case .file: return stored
    case .random:
      return try RandomSubspaces.make(model.configuration, rank: rank, seed: seed)
    case .own:
      return try gradientSubspaces(model, example, rank: rank) { 0..<min(rank, $0) }
    case .complement:
      return try gradientSubspaces(model, example, rank: example.tokens.count) {
        min(rank, $0)..<$0
      }
    }
  }

  private func gradientSubspaces(
    _ model: LanguageModel, _ example: LossSequence, rank: Int,
    keeping components: @escaping (Int) -> Range<Int>
  ) throws -> [(module: LinearModule, subspace: Subspace)] {
    let observer = GradientSubspaces(model.configuration, rank: rank, keeping: components)
    _ = try model.backpropagate([example], weights: [1], observer: observer)
    return observer.subspaces
  }
}

/// One step of a recovery.
public struct RecoveryStep: Sendable {
  /// Loss, gradient norm and number of the step.
  public let training: TrainingStep
  /// Frobenius norm of the whole update so far, over all modules; nil for `full`.
  public let updateNorm: Double?
  /// Largest rank of a module's update so far; nil for `full`.
  public let updateRank: Int?
  /// Time of the step.
  public let seconds: Double

  init(_ training: TrainingStep, size: (norm: Double, rank: Int)?, seconds: Double) {
    self.training = training
    updateNorm = size?.norm
    updateRank = size?.rank
    self.seconds = seconds
  }
}

/// The outcome of a recovery.
public struct RecoveryResult {
  /// One record a step taken.
  public let records: [RecoveryStep]
  /// Loss of the example after the last step, in nats.
  public let finalLoss: Double
  /// The update as low-rank factors; nil for `full`.
  public let updates: ModuleUpdates?
}

extension CoreParameters {
  /// Norm of the update over all modules and the largest rank of one, both from the cores.
  func updateSize() throws -> (norm: Double, rank: Int) {
    var squares = 0.0
    var rank = 0
    for core in cores.values {
      // ||U C Vh||_F = ||C||_F and rank(U C Vh) = rank(C), as U and Vh are orthonormal.
      let values = try FactoredSVD(rank: 0)
        .decompose(left: core.core, right: .identity(core.core.rows)).singularValues
      squares += values.reduce(0) { $0 + $1 * $1 }
      rank = max(rank, values.prefix { $0 > (values.first ?? 0) * 1e-6 }.count)
    }
    return (squares.squareRoot(), rank)
  }
}
