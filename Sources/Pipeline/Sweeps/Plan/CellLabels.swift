/// Where a cell stands in a sweep, in the terms of the sweep file.
package struct CellLabels: Sendable, Equatable, Hashable {
  /// Which state of a recovery.
  package enum Step: Sendable, Equatable, Hashable {
    /// After so many steps.
    case saved(Int)
    /// When it ended.
    case end
  }

  /// What belongs to a recovery.
  package struct Recovery: Sendable, Equatable, Hashable {
    /// The subspace, and what else recoveries of the sweep differ in but example and rank.
    package let name: String
    /// Which example or examples of the file.
    package let example: String
    package let subspace: String
    /// Nil where all weights move.
    package let rank: String?
    package let step: Step?
  }

  package let stage: SweepStage
  package let model: String
  package let attack: String
  package let seed: Int
  package let recovery: Recovery?

  /// The labels with slashes: `evaluation/smollm2/identity-10/1/own/rank=4/step=2`.
  package var path: String {
    var parts = [stage.rawValue, model, attack, "\(seed)"]
    if let recovery {
      parts.append(recovery.name)
      if let rank = recovery.rank { parts.append("rank=\(rank)") }
      switch recovery.step {
      case .saved(let step): parts.append("step=\(step)")
      case .end: parts.append("end")
      case nil: break
      }
    }
    return parts.joined(separator: "/")
  }
}
