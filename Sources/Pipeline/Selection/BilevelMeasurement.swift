import OrderedCollections
import Recovery
import Tokens
import Transformer

/// What became of a model after the steps of a recovery from one candidate.
///
/// The paper (Zhang et al. 2026) chooses examples w by a problem of two levels: the lower is training on what was
/// chosen, the upper
///
///     KL(θ_0 || θ(w)) on harmful prompts + KL(θ* || θ(w)) on task data + λ ||w||²
///
/// with θ_0 the model before the attack and θ* the one after it. Here the lower level is the recovery itself, k
/// steps of it, for each single candidate, so that ||w|| is the same for all. The second term of the upper level
/// is measured as it stands, on θ*'s own answers to harmless prompts. For the first there is no θ_0 at hand, as
/// there would be none in practice: the loss of the other candidates' answers takes its place, which is KL from
/// those answers, not from θ_0.
public struct BilevelMeasurement: Sendable, Equatable {
  /// Loss of the candidate itself, nats a token.
  public let ownLoss: Double
  /// Mean loss of the other candidates.
  public let poolLoss: Double
  /// Mean over the tokens of the harmless answers of KL(model as loaded || recovered); nil without answers.
  public let benignKL: Double?
  /// Where the subspaces fell short of the rank that was asked for, a sentence each.
  public let shortfalls: [String]
  /// Time of the steps and of the measurement.
  public let seconds: Double

  /// The upper level: the pool's loss and the divergence, weighted alike as in the paper.
  public var objective: Double { poolLoss + (benignKL ?? 0) }
}

/// Recovers a model from one candidate after the other, and takes each recovery back.
public struct BilevelSelection {
  private let model: LanguageModel
  private let recovery: SafetyRecovery
  private let candidates: [Example]
  private let preserved: [LossTerm]

  /// Creates the problem.
  ///
  /// - Parameters:
  ///   - model: As loaded; it has no updates.
  ///   - recovery: The lower level; its update has to be low-rank.
  ///   - candidates: The pool.
  ///   - preserved: The model's own answers to harmless prompts, with a weight of 1.
  public init(
    _ model: LanguageModel, recovery: SafetyRecovery, candidates: [Example],
    preserved: PreservedAnswers?
  ) {
    self.model = model
    self.recovery = recovery
    self.candidates = candidates
    self.preserved = preserved?.terms ?? []
  }

  /// Takes the steps from one candidate, measures, and takes them back.
  ///
  /// - Parameter index: The candidate.
  /// - Returns: Both sides of the upper level.
  /// - Throws: `RecoveryError`, `ModelError`, `LinearAlgebraError`.
  public func measure(_ index: Int) throws -> BilevelMeasurement {
    defer { model.updates = [:] }
    let clock = ContinuousClock()
    let start = clock.now
    let examples = [candidates[index]]
    let subspaces = try recovery.subspaces(of: model, examples: examples)
    _ = try recovery.run(model, examples: examples, in: subspaces) { _, _ in }
    let pool = try losses(candidates.map { LossTerm($0, weight: 1) })
    let others = pool.indices.filter { $0 != index }.map { pool[$0] }
    let divergences = try losses(preserved)
    return BilevelMeasurement(
      ownLoss: pool[index], poolLoss: others.reduce(0, +) / Double(others.count),
      benignKL: preserved.isEmpty
        ? nil : zip(preserved, divergences).reduce(0) { $0 + $1.0.weight * $1.1 },
      shortfalls: subspaces?.shortfalls ?? [],
      seconds: start.duration(to: clock.now) / .seconds(1))
  }

  private func losses(_ terms: [LossTerm]) throws -> [Double] {
    try model.plan.passes(over: terms.map(\.example.tokens.count)).flatMap {
      try model.losses(Array(terms[$0]))
    }
  }
}
