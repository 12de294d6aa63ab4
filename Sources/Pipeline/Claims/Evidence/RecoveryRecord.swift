import OrderedJSON

/// A recovery: its arm, what its log says, and what its states answered.
package struct RecoveryRecord: Sendable {
  /// The cell.
  package let identity: String
  /// The name that the sweep gave it; for people alone.
  package let name: String
  package let arm: Arm
  package let seed: Int
  /// Fingerprint of the model that was recovered.
  package let attacked: String
  /// The attack that it undoes, if there was one.
  package let attack: String?
  package let examples: [String]
  package let examplesSHA256: String
  /// The file of examples, as the command names it.
  package let examplesPath: String
  /// Steps that were taken.
  package let stepCount: Int
  package let finalLoss: Double
  /// Frobenius norm of the update that was written.
  package let norm: Double
  /// Whether the stable rank of the update itself is recorded.
  package let knowsUpdateRank: Bool
  /// Norm and stable rank after each step.
  package let path: [(step: Int, loss: Double, norm: Double)]
  /// What its states answered: by step, the end included under its own number of steps.
  package internal(set) var states: [Int: [AskingCondition: EvaluatedModel]] = [:]

  /// The one example; nil where there were several.
  package var example: ExampleName? {
    examples.count == 1 ? ExampleName(id: examples[0], sha256: examplesSHA256) : nil
  }

  /// What it ended with.
  package var end: [AskingCondition: EvaluatedModel] { states[stepCount] ?? [:] }

  /// Reads a log; nil where a member is not there or of another type.
  ///
  /// - Parameters:
  ///   - log: `recovery.json`.
  ///   - identity: Of the cell.
  ///   - label: The first label of the cell.
  ///   - attack: The attack that the model comes from.
  ///   - command: The command of the cell.
  ///   - stored: What a path of spectra is.
  init?(
    _ log: JSONValue, identity: String, label: [String], attack: String?,
    command: CellCommand, stored: (String) -> Arm.Subspace
  ) {
    guard log["format"]?.stringValue == "suture-recovery",
      let arm = Arm(log, modules: ModuleChoice(command), stored: stored),
      let attacked = log["model_fingerprint"]?.stringValue, let seed = log["seed"]?.integerValue,
      let examples = log["examples"]?.arrayValue?.compactMap(\.stringValue), !examples.isEmpty,
      let sha256 = log["examples_sha256"]?.stringValue,
      let finalLoss = log["final_loss"]?.doubleValue, let update = log["update"],
      let norm = update["norm"]?.doubleValue, let steps = log["steps"]?.arrayValue
    else { return nil }
    self.identity = identity
    self.arm = arm
    self.seed = seed
    self.attacked = attacked
    self.attack = attack
    self.examples = examples
    examplesPath = command.values(of: "example").first ?? ""
    self.finalLoss = finalLoss
    self.norm = norm
    examplesSHA256 = sha256
    name = label.count > 4 ? label[4] : ""
    stepCount = steps.count
    knowsUpdateRank = update["stable_rank"]?.doubleValue != nil
    path = steps.enumerated().map { index, step in
      (
        step["step"]?.integerValue ?? index + 1, step["loss"]?.doubleValue ?? .nan,
        step["update_norm"]?.doubleValue ?? .nan
      )
    }
  }
}

/// A safety example, known by its file and its id there.
package struct ExampleName: Sendable, Hashable, Comparable {
  package let id: String
  package let sha256: String

  package static func < (left: ExampleName, right: ExampleName) -> Bool {
    (left.sha256, left.id) < (right.sha256, right.id)
  }
}
