import LinearAlgebra
import OrderedCollections
import Tokens
import Transformer

extension SafetyRecovery {
  /// Finds the subspaces that may move, before anything does.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - examples: The one example, or a few, whose mean gradient counts.
  /// - Returns: The subspaces, of one module at least; nil for `full` and `lora`.
  /// - Throws: `RecoveryError` when there are none; `ModelError`, `LinearAlgebraError`.
  public func subspaces(
    of model: LanguageModel, examples: [Example]
  ) throws -> RecoverySubspaces? {
    try subspaces(of: model, examples: examples, seed: seed)
  }

  /// The same with a seed of one's own.
  func subspaces(
    of model: LanguageModel, examples: [Example], seed: UInt64
  ) throws -> RecoverySubspaces? {
    let chosen = chosenModules(of: model.configuration)
    let rank = rank
    let entries: ModuleMatrices
    switch choice {
    case .full, .lora: return nil
    case .stored(let stored): entries = stored.filter { Set(chosen).contains($0.key) }
    case .random: entries = try RandomSubspaces.make(chosen, rank: rank, seed: seed)
    case .own, .flat:
      entries = try gradientSubspaces(model, examples, chosen, rank: rank) { 0..<min(rank, $0) }
    case .complement:
      let all = examples.reduce(0) { $0 + $1.tokens.count }
      entries = try gradientSubspaces(model, examples, chosen, rank: all) { min(rank, $0)..<$0 }
    }
    guard !entries.isEmpty else { throw RecoveryError.nothingStored }
    return RecoverySubspaces(entries, self, chosen: chosen)
  }

  private func gradientSubspaces(
    _ model: LanguageModel, _ examples: [Example], _ modules: [LinearModule], rank: Int,
    keeping components: @escaping (Int) -> Range<Int>
  ) throws -> ModuleMatrices {
    let observer = GradientSubspaces(
      modules, rank: rank, avoiding: avoided, keeping: components)
    // One pass, whatever the plan: the rows of all examples are the factors of their mean gradient.
    _ = try model.backpropagate(examples.meanLoss, observer: observer)
    let subspaces = observer.subspaces
    guard subspaces.isEmpty else { return subspaces }
    let most = observer.mostComponents
    throw most == 0
      ? RecoveryError.gradientIsZero : .nothingPastRank(self.rank, mostComponents: most)
  }
}
