import LinearAlgebra
import OrderedCollections
import Tokens
import Transformer

extension SafetyRecovery {
  /// Recovers a model in place.
  ///
  /// What is lowered is the mean loss of the examples, and with preserved answers besides
  /// `weight · KL(model as loaded || model)`, the mean over the tokens of those answers.
  ///
  /// - Parameters:
  ///   - model: It gets updates, or its weights move (`full`).
  ///   - examples: The one example, or a few.
  ///   - preserved: Answers that are to stay as they are.
  ///   - subspaces: What `subspaces(of:examples:)` found.
  ///   - didStep: Called after each step with its record and the updates so far (nil for `full`).
  /// - Returns: The records of all steps and the updates (nil for `full`).
  /// - Throws: `ModelError`, `LinearAlgebraError`, and what `didStep` throws.
  public func run(
    _ model: LanguageModel, examples: [Example], preserving preserved: PreservedAnswers? = nil,
    in subspaces: RecoverySubspaces?,
    didStep: (RecoveryStep, ModuleMatrices?) throws -> Void
  ) throws -> RecoveryResult {
    var parameters = makeParameters(model, subspaces)
    let trainer = Trainer(
      model, parameters, optimizer: Optimizer(optimizer, isFlat: choice.isFlat))
    let terms = examples.meanLoss + (preserved?.terms ?? [])
    var records: [RecoveryStep] = []
    var reachedNorm = false
    let clock = ContinuousClock()
    for index in 0..<steps where !reachedNorm {
      let start = clock.now
      if let refreshInterval, index > 0, index % refreshInterval == 0,
        let others = try self.subspaces(of: model, examples: examples, seed: seed &+ UInt64(index))
      {
        // Cores of zero in new bases, beside what was learnt in the old ones.
        parameters = cores(model, others, past: model.updates)
        trainer.parameters = parameters
      }
      let (step, moved) = try trainer.step(
        terms, stopLoss: stopLoss, remembers: updateNorm != nil,
        learningRate: learningRate(of:))
      guard moved else { break }
      if let updateNorm {
        reachedNorm = try LastStep(parameters).shorten(toNorm: updateNorm)
      }
      let seconds = start.duration(to: clock.now) / .seconds(1)
      let record = RecoveryStep(step, size: try parameters.updateSize(), seconds: seconds)
      records.append(record)
      try didStep(record, parameters.updates)
    }
    return RecoveryResult(
      records: records, final: try FinalLosses(model, terms), reachedNorm: reachedNorm,
      subspaces: subspaces, learningRates: learningRates(parameters), parameters: parameters)
  }

  /// Finds the subspaces and recovers a model in place, from one example.
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
      model, examples: [example], in: try subspaces(of: model, examples: [example]),
      didStep: didStep)
  }

  private func makeParameters(
    _ model: LanguageModel, _ subspaces: RecoverySubspaces?
  ) -> any RecoveryParameters {
    if let subspaces { return cores(model, subspaces) }
    if choice.isFull { return MovedWeights(FullParameters(model, modules: modules)) }
    return LoRAParameters(model, modules: modules, rank: rank, alpha: Float(rank), seed: seed)
  }

  private func cores(
    _ model: LanguageModel, _ subspaces: RecoverySubspaces, past: ModuleMatrices = [:]
  ) -> CoreParameters {
    CoreParameters(
      model, subspaces: subspaces.entries, sides: sides, rankAsked: choice.hasRank ? rank : nil,
      past: past)
  }

  private func learningRates(_ parameters: any RecoveryParameters) -> ClosedRange<Double> {
    let rates = parameters.tensors.map(learningRate(of:))
    return (rates.min() ?? 0)...(rates.max() ?? 0)
  }
}

/// The last step of a recovery, which can be shortened.
struct LastStep {
  private let parameters: any RecoveryParameters

  /// - Parameter parameters: They remembered where they stood before it.
  init(_ parameters: any RecoveryParameters) { self.parameters = parameters }

  /// Shortens the step so that the whole update has a norm, if it is longer.
  ///
  /// The norm is a smooth function of the share of the step that is kept, below the target for none of
  /// it: regula falsi with Illinois' halving, until float32 shows no difference.
  ///
  /// - Parameter target: The norm.
  /// - Returns: Whether the update has come to it.
  /// - Throws: `LinearAlgebraError`.
  func shorten(toNorm target: Double) throws -> Bool {
    let whole = try parameters.updateNorm() - target
    if whole < -target * Self.tolerance { return false }
    if abs(whole) <= target * Self.tolerance { return true }
    var (low, high) = ((share: 0.0, excess: try excess(0, target)), (share: 1.0, excess: whole))
    for _ in 0..<60 {
      let share = low.share - low.excess * (high.share - low.share) / (high.excess - low.excess)
      let excess = try excess(share, target)
      if abs(excess) <= target * Self.tolerance { break }
      if excess > 0 {
        high = (share, excess)
        low.excess /= 2
      } else {
        low = (share, excess)
        high.excess /= 2
      }
    }
    return true
  }

  /// Relative difference of norms that counts as none.
  private static let tolerance = 2e-7

  private func excess(_ share: Double, _ target: Double) throws -> Double {
    for tensor in parameters.tensors { tensor.keep(Float(share)) }
    try parameters.didStep()
    return try parameters.updateNorm() - target
  }
}
