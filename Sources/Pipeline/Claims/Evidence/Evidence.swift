import Evaluation

/// A model as it was before any attack.
package struct InitialModel: Sendable {
  package let fingerprint: String
  /// The name that the sweep gave it; for people alone.
  package internal(set) var name: String
  package internal(set) var architecture: String
  /// Numbers of its linear weights and tables; nil where no evaluation says it.
  package internal(set) var parameters: Int?
}

/// A model, an attack and a seed, with everything that was made of them.
package struct Unit: Sendable {
  package let model: InitialModel
  package let attack: AttackRecord
  package let initial: [AskingCondition: EvaluatedModel]
  package let attacked: [AskingCondition: EvaluatedModel]
  package let recoveries: [RecoveryRecord]

  package var seed: Int { attack.seed }

  /// `smollm2, identity-10, seed 1`.
  package var text: String { "\(model.name), \(attack.names.attack), seed \(seed)" }

  /// Whether the attack was trained on the file that a recovery takes its example from.
  package var isPoisoned: Bool {
    let files = Set(attack.files.map(\.sha256))
    return recoveries.contains { files.contains($0.examplesSHA256) }
      || attack.names.attack.lowercased().contains("poison")
  }
}

/// Everything that claims are judged by: read from the cells of sweeps, joined by what their files say.
package struct Evidence: Sendable {
  /// The folders as they were given.
  package let folders: [String]
  package let models: [InitialModel]
  package let units: [Unit]
  package let spectra: [SpectraRecord]
  package let comparisons: [ComparisonRecord]
  /// How claims ask: the plain condition with the most evaluations, or the most common one where none is plain.
  package let condition: AskingCondition?
  /// All conditions, the one of the claims first.
  package let conditions: [AskingCondition]
  /// The prompt and utility sets.
  package let sets: [(set: SetName, kind: String, count: Int)]
  /// What made it: versions of tools, matchers and detectors.
  package let versions: [String]
  /// Finished cells by stage.
  package let cellCounts: [(stage: String, count: Int)]
  /// What was left out, and why.
  package let notes: [String]
}
