import LinearAlgebra
import OrderedCollections
import Tokens
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
  /// L where η was made of it: `η = L / r`, so that a first step of AdamW, which moves each entry of
  /// an r x r core by η at most, has at most the Frobenius norm L in every module whatever the rank.
  public let stepSize: Double?
  /// How a step follows from gradients.
  public var optimizer: OptimizerKind
  /// Ends when the loss is this low, in nats.
  public var stopLoss: Double?
  /// Decides random subspaces.
  public var seed: UInt64

  /// L that recovers without refusing everything within the default number of steps.
  public static let defaultStepSize = 0.02
  /// η where every parameter moves.
  public static let fullLearningRate = 2e-5

  /// What holds where nothing else is asked for.
  public static let defaults = SafetyRecovery(choice: .own)

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - choice: Which subspaces may move.
  ///   - rank: Components a module.
  ///   - steps: Optimizer steps.
  ///   - learningRate: η; without it that of `stepSize`, or for `full` `fullLearningRate`.
  ///   - stepSize: L, which makes η = L / r where no learning rate is given.
  ///   - optimizer: How a step follows from gradients.
  ///   - stopLoss: Ends when the loss is this low, in nats.
  ///   - seed: Decides random subspaces.
  public init(
    choice: SubspaceChoice, rank: Int = 16, steps: Int = 4, learningRate: Double? = nil,
    stepSize: Double = defaultStepSize, optimizer: OptimizerKind = .adamw,
    stopLoss: Double? = nil, seed: UInt64 = 0
  ) {
    self.choice = choice
    self.rank = rank
    self.steps = steps
    self.stepSize = learningRate == nil && !choice.isFull ? stepSize : nil
    self.learningRate =
      learningRate ?? (choice.isFull ? Self.fullLearningRate : stepSize / Double(rank))
    self.optimizer = optimizer
    self.stopLoss = stopLoss
    self.seed = seed
  }

  /// Finds the subspaces that may move, before anything does.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - example: The one example.
  /// - Returns: The subspaces, of one module at least; nil for `full`.
  /// - Throws: `RecoveryError` when there are none; `ModelError`, `LinearAlgebraError`.
  public func subspaces(
    of model: LanguageModel, example: Example
  ) throws -> RecoverySubspaces? {
    let rank = rank
    let entries: ModuleMatrices? =
      switch choice {
      case .full: nil
      case .stored(let subspaces): subspaces
      case .random: try RandomSubspaces.make(model.configuration, rank: rank, seed: seed)
      case .own: try gradientSubspaces(model, example, rank: rank) { 0..<min(rank, $0) }
      case .complement:
        try gradientSubspaces(model, example, rank: example.tokens.count) { min(rank, $0)..<$0 }
      }
    return entries.map { RecoverySubspaces($0, self, of: model.configuration) }
  }

  /// Recovers a model in place.
  ///
  /// - Parameters:
  ///   - model: It gets updates, or its weights move (`full`).
  ///   - example: The one example.
  ///   - subspaces: What `subspaces(of:example:)` found.
  ///   - didStep: Called after each step with its record and the updates so far (nil for `full`).
  /// - Returns: The records of all steps and the updates (nil for `full`).
  /// - Throws: `ModelError`, `LinearAlgebraError`, and what `didStep` throws.
  public func run(
    _ model: LanguageModel, example: Example, in subspaces: RecoverySubspaces?,
    didStep: (RecoveryStep, ModuleMatrices?) throws -> Void
  ) throws -> RecoveryResult {
    let core = subspaces.map { CoreParameters(model, subspaces: $0.entries) }
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
    return RecoveryResult(
      records: records, finalLoss: finalLoss, subspaces: subspaces, updates: core?.updates)
  }

  /// Finds the subspaces and recovers a model in place.
  ///
  /// - Parameters:
  ///   - model: It gets updates, or its weights move (`full`).
  ///   - example: The one example.
  ///   - didStep: Called after each step with its record and the updates so far (nil for `full`).
  /// - Returns: The records of all steps and the updates (nil for `full`).
  /// - Throws: `RecoveryError`, `ModelError`, `LinearAlgebraError`, and what `didStep` throws.
  public func run(
    _ model: LanguageModel, example: Example,
    didStep: (RecoveryStep, ModuleMatrices?) throws -> Void
  ) throws -> RecoveryResult {
    try run(
      model, example: example, in: try subspaces(of: model, example: example), didStep: didStep)
  }

  private func gradientSubspaces(
    _ model: LanguageModel, _ example: Example, rank: Int,
    keeping components: @escaping (Int) -> Range<Int>
  ) throws -> ModuleMatrices {
    let observer = GradientSubspaces(model.configuration, rank: rank, keeping: components)
    _ = try model.backpropagate([example], weights: [1], observer: observer)
    let subspaces = observer.subspaces
    guard subspaces.isEmpty else { return subspaces }
    let most = observer.mostComponents
    throw most == 0
      ? RecoveryError.gradientIsZero : .nothingPastRank(self.rank, mostComponents: most)
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
  /// Where it moved; nil for `full`.
  public let subspaces: RecoverySubspaces?
  /// The update as low-rank factors; nil for `full`.
  public let updates: ModuleMatrices?
}
