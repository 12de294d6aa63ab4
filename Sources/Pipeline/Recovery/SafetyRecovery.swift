import LinearAlgebra
import OrderedCollections
import Transformer

/// Recovers a model's safety from one example or a few, moving only in chosen subspaces.
public struct SafetyRecovery: Sendable {
  /// Which subspaces may move.
  public var choice: SubspaceChoice
  /// r, components a module.
  public var rank: Int
  /// Optimizer steps at most.
  public var steps: Int
  /// How far a step goes.
  public var stepLength: StepLength
  /// How a step follows from gradients.
  public var optimizer: OptimizerKind
  /// Ends when the examples' mean loss is this low, in nats.
  public var stopLoss: Double?
  /// Decides random subspaces and LoRA's start.
  public var seed: UInt64
  /// The modules that may move; nil for all.
  public var modules: [LinearModule]?
  /// Directions that are projected out of the examples' gradient, on both sides, before its components are
  /// found.
  public var avoided: ModuleMatrices = [:]
  /// On which sides an update keeps to its subspace.
  public var sides = Sides.both
  /// Steps after which the bases are found anew, where there are any; what was learnt in the old ones stays.
  public var refreshInterval: Int?
  /// Ends when the Frobenius norm of the whole update is this; the last step is shortened to meet it.
  public var updateNorm: Double?

  /// How far a step goes.
  public enum StepLength: Sendable, Equatable {
    /// η.
    case rate(Double)
    /// L: the longest first step of AdamW in each tensor, as a Frobenius norm. AdamW moves every entry by
    /// η at most, so η is L over the root of the number of entries: L / r for an r x r core.
    case norm(Double)
  }

  /// L that recovers without refusing everything within the default number of steps.
  public static let defaultStepSize = 0.02
  /// η where every parameter moves.
  public static let fullLearningRate = 2e-5
  /// Steps at most where nothing but a norm ends them.
  public static let mostStepsToNorm = 200
  /// Directions that are avoided of each module where no other number is asked for.
  public static let defaultAvoidedRank = 8

  /// What holds where nothing else is asked for.
  public static let defaults = SafetyRecovery(choice: .own)

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - choice: Which subspaces may move.
  ///   - rank: Components a module.
  ///   - steps: Optimizer steps.
  ///   - learningRate: η; without it that of `stepSize`, or for `full` `fullLearningRate`.
  ///   - stepSize: L, where no learning rate is given.
  ///   - optimizer: How a step follows from gradients.
  ///   - stopLoss: Ends when the loss is this low, in nats.
  ///   - seed: Decides random subspaces and LoRA's start.
  public init(
    choice: SubspaceChoice, rank: Int = 16, steps: Int = 4, learningRate: Double? = nil,
    stepSize: Double = defaultStepSize, optimizer: OptimizerKind = .adamw,
    stopLoss: Double? = nil, seed: UInt64 = 0
  ) {
    self.choice = choice
    self.rank = rank
    self.steps = steps
    if let learningRate {
      stepLength = .rate(learningRate)
    } else {
      stepLength = choice.isFull ? .rate(Self.fullLearningRate) : .norm(stepSize)
    }
    self.optimizer = optimizer
    self.stopLoss = stopLoss
    self.seed = seed
  }

  /// η of a tensor.
  func learningRate(of tensor: TrainableTensor) -> Double {
    switch stepLength {
    case .rate(let rate): rate
    case .norm(let length): length / tensor.stepDivisor
    }
  }

  /// The modules that are to move.
  func chosenModules(of configuration: ModelConfiguration) -> [LinearModule] {
    modules ?? configuration.linearModules
  }
}
