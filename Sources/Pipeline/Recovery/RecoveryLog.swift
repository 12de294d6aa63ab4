import OrderedCollections
import OrderedJSON

/// `recovery.json`: what a recovery was asked to do and what each step did.
///
/// `rank` is what was asked for, `rank_used` the least and the largest rank of a module's subspace,
/// and `modules` says how many of the model's modules move. The loss of a step is that before it,
/// `final_loss` that after the last one.
public struct RecoveryLog {
  private let result: RecoveryResult
  private let settings: SafetyRecovery
  private let subspace: String
  private let exampleID: String
  private let examplesSHA256: String

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - result: The outcome.
  ///   - settings: What was asked for.
  ///   - subspace: The subspace as the user named it.
  ///   - exampleID: The example that was used.
  ///   - examplesSHA256: Hex SHA-256 of its file.
  public init(
    result: RecoveryResult, settings: SafetyRecovery, subspace: String, exampleID: String,
    examplesSHA256: String
  ) {
    self.result = result
    self.settings = settings
    self.subspace = subspace
    self.exampleID = exampleID
    self.examplesSHA256 = examplesSHA256
  }

  /// The log as JSON.
  ///
  /// - Parameter provenance: Members that say where it comes from.
  /// - Returns: An object: the format and its version, `provenance`, then settings and steps.
  public func json(provenance: JSONObject) -> JSONValue {
    let own: [JSONObject.Member] = [
      .init(key: "format", value: "suture-recovery"), .init(key: "format_version", value: 1),
    ]
    let body: [JSONObject.Member] = [
      .init(key: "example", value: .string(exampleID)),
      .init(key: "examples_sha256", value: .string(examplesSHA256)),
      .init(key: "subspace", value: .string(subspace)),
      .init(key: "rank", value: settings.choice.isFull ? .null : .integer(settings.rank)),
      .init(key: "rank_used", value: result.subspaces.map(Self.json) ?? .null),
      .init(key: "modules", value: result.subspaces.map(Self.coverage) ?? .null),
      .init(key: "optimizer", value: .string(settings.optimizer.rawValue)),
      .init(key: "step_size", value: settings.stepSize.map { .number($0) } ?? .null),
      .init(key: "learning_rate", value: .number(settings.learningRate)),
      .init(key: "stop_loss", value: settings.stopLoss.map { .number($0) } ?? .null),
      .init(key: "final_loss", value: .number(result.finalLoss)),
      .init(key: "steps", value: .array(result.records.map(Self.json))),
    ]
    return .object(JSONObject(own + provenance.members + body))
  }

  private static func json(_ subspaces: RecoverySubspaces) -> JSONValue {
    let (least, largest) = subspaces.ranks
    return ["least": .integer(least), "largest": .integer(largest)]
  }

  private static func coverage(_ subspaces: RecoverySubspaces) -> JSONValue {
    ["moved": .integer(subspaces.entries.count), "all": .integer(subspaces.moduleCount)]
  }

  private static func json(_ step: RecoveryStep) -> JSONValue {
    [
      "step": .integer(step.training.step), "loss": .number(step.training.loss),
      "gradient_norm": .number(step.training.gradientNorm),
      "update_norm": step.updateNorm.map { .number($0) } ?? .null,
      "update_rank": step.updateRank.map { .integer($0) } ?? .null,
      "seconds": .number(step.seconds),
    ]
  }
}
