import LinearAlgebra
import OrderedCollections
import Transformer

/// The subspaces that a recovery moves in, and how they compare with what was asked for.
public struct RecoverySubspaces {
  /// U_r and Vh_r of at least one module; a module that is not there stays as it is.
  public let entries: ModuleMatrices
  /// r as it was asked for; of `complement` the components that are left out.
  public let rankAsked: Int
  /// Modules that were to move.
  public let chosenCount: Int
  private let choice: SubspaceChoice

  init(_ entries: ModuleMatrices, _ settings: SafetyRecovery, chosen modules: [LinearModule]) {
    self.entries = entries
    rankAsked = settings.rank
    choice = settings.choice
    chosenCount = modules.count
  }

  /// The least and the largest rank of a subspace.
  public var ranks: (least: Int, largest: Int) {
    let ranks = entries.values.map(\.innerDimension)
    return (ranks.min() ?? 0, ranks.max() ?? 0)
  }

  /// Where the subspaces fall short of what was asked for, a sentence each.
  public var shortfalls: [String] {
    [missingModules, missingComponents].compactMap(\.self)
  }

  private var missingModules: String? {
    guard entries.count < chosenCount else { return nil }
    let whose =
      switch choice {
      case .stored: "the spectra file has vectors"
      case .complement: "the gradient has components past the first \(rankAsked)"
      case .own, .flat, .random, .lora, .full: "the gradient is not zero"
      }
    return "\(whose) in \(entries.count) of \(chosenCount) modules; the others stay as they are"
  }

  /// Of `complement` no particular rank is asked for.
  private var missingComponents: String? {
    if case .complement = choice { return nil }
    let cut = entries.values.count { $0.innerDimension < rankAsked }
    guard cut > 0 else { return nil }
    let (least, largest) = ranks
    return "rank \(rankAsked) is more than there are components in \(cut) of \(entries.count) "
      + "modules; the ranks used are \(least) to \(largest)"
  }
}
