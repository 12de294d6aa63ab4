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
  /// Which of several spectra or evaluations; nil where there is one without a name.
  package var part: String?

  /// The labels with slashes: `evaluation/smollm2/identity-10/1/own/rank=4/step=2`, with the name of the part last.
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
    if let part { parts.append(part) }
    return parts.joined(separator: "/")
  }
}
