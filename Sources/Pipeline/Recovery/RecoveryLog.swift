import OrderedCollections
import OrderedJSON
import Tokens

/// `recovery.json`: what a recovery was asked to do and what each step did.
///
/// `rank` is what was asked for, `rank_used` the least and the largest rank of a module's subspace,
/// and `modules` says how many of the model's modules were chosen and move. The losses of a step are those
/// before it, its update is that after it; `final_loss` and `final_divergence` are those after the last one,
/// before a calibration; `update` is what was written, calibrated if it was asked for.
public struct RecoveryLog {
  private let result: RecoveryResult
  private let settings: SafetyRecovery
  private let moduleCount: Int
  private let finalSize: UpdateSize
  /// The subspace as the user named it.
  public var subspace = ""
  /// The examples that were used.
  public var exampleIDs: [String] = []
  /// Hex SHA-256 of their file.
  public var examplesSHA256 = ""
  /// The file of directions that were avoided, and how many of each module; nil where none were.
  public var avoided: (path: String, rank: Int)?
  /// What was preserved.
  public var preservation: Preservation?
  /// How the update was scaled.
  public var calibration: Calibration?

  /// Answers that were to stay as they are.
  public struct Preservation {
    /// The answers: names of the prompts, and texts.
    public let answers: [(id: String, text: String)]
    /// Prompts without an answer.
    public let unanswered: [String]
    /// Tokens of all answers.
    public let tokenCount: Int
    /// The divergence's factor.
    public let weight: Double
    /// Hex SHA-256 of the prompts' file.
    public let sha256: String

    /// Describes what was preserved.
    ///
    /// - Parameters:
    ///   - preserved: The answers.
    ///   - weight: The divergence's factor.
    ///   - sha256: Of the prompts' file.
    ///   - text: The text of an example's answer.
    public init(
      _ preserved: PreservedAnswers, weight: Double, sha256: String, text: (Int) -> String
    ) {
      answers = preserved.examples.indices.map { (preserved.examples[$0].id, text($0)) }
      unanswered = preserved.unanswered
      tokenCount = preserved.examples.reduce(0) { $0 + $1.answerTokenCount }
      self.weight = weight
      self.sha256 = sha256
    }
  }

  /// How an update was scaled.
  public struct Calibration {
    /// What was tried and found.
    public let outcome: ScaleCalibration.Outcome
    /// Largest share of the prompts that was to be refused.
    public let mostRefused: Double
    /// Tokens of an answer at most.
    public let newTokens: Int
    /// Hex SHA-256 of the prompts' file.
    public let sha256: String

    /// Describes a calibration.
    public init(
      _ outcome: ScaleCalibration.Outcome, mostRefused: Double, newTokens: Int, sha256: String
    ) {
      self.outcome = outcome
      self.mostRefused = mostRefused
      self.newTokens = newTokens
      self.sha256 = sha256
    }
  }

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - result: The outcome, scaled if it was.
  ///   - settings: What was asked for.
  ///   - moduleCount: Linear modules of the model.
  /// - Throws: `LinearAlgebraError` when the update cannot be measured.
  public init(result: RecoveryResult, settings: SafetyRecovery, moduleCount: Int) throws {
    self.result = result
    self.settings = settings
    self.moduleCount = moduleCount
    finalSize = try result.updateSize()
  }

  /// The log as JSON.
  ///
  /// - Parameter provenance: Members that say where it comes from.
  /// - Returns: An object: the format and its version, `provenance`, then settings and steps.
  public func json(provenance: JSONObject) -> JSONValue {
    let own: [JSONObject.Member] = [
      .init(key: "format", value: "suture-recovery"), .init(key: "format_version", value: 1),
    ]
    return .object(
      JSONObject(own + provenance.members + inputs + rules + preserving + outcome))
  }

  private var inputs: [JSONObject.Member] {
    [
      .init(key: "example", value: exampleIDs.count == 1 ? .string(exampleIDs[0]) : .null),
      .init(key: "examples", value: .array(exampleIDs.map { .string($0) })),
      .init(key: "examples_sha256", value: .string(examplesSHA256)),
      .init(key: "subspace", value: .string(subspace)),
      .init(key: "rank", value: settings.choice.isFull ? .null : .integer(settings.rank)),
      .init(key: "rank_used", value: result.subspaces.map(Self.json) ?? .null),
      .init(key: "modules", value: coverage),
      .init(
        key: "sides",
        value: settings.choice.hasBases ? .string(settings.sides.rawValue) : .null),
      .init(
        key: "avoided",
        value: avoided.map { ["file": .string($0.path), "rank": .integer($0.rank)] } ?? .null),
    ]
  }

  private var rules: [JSONObject.Member] {
    let rates = result.learningRates
    var stepSize: Double?
    if case .norm(let length) = settings.stepLength { stepSize = length }
    let isUniform = rates.lowerBound == rates.upperBound
    return [
      .init(key: "optimizer", value: .string(settings.optimizer.rawValue)),
      .init(key: "step_size", value: .init(stepSize)),
      .init(key: "learning_rate", value: isUniform ? .number(rates.lowerBound) : .null),
      .init(
        key: "learning_rates",
        value: ["least": .number(rates.lowerBound), "largest": .number(rates.upperBound)]),
      .init(key: "refresh", value: JSONValue(settings.refreshInterval)),
      .init(key: "stop_loss", value: .init(settings.stopLoss)),
      .init(key: "update_norm_asked", value: .init(settings.updateNorm)),
      .init(
        key: "update_norm_reached",
        value: settings.updateNorm == nil ? .null : .bool(result.reachedNorm)),
    ]
  }

  private var preserving: [JSONObject.Member] {
    [
      .init(key: "preserved", value: preservation.map(\.json) ?? .null),
      .init(key: "calibration", value: calibration.map(\.json) ?? .null),
    ]
  }

  private var outcome: [JSONObject.Member] {
    [
      .init(key: "final_loss", value: .number(result.final.loss)),
      .init(key: "final_divergence", value: .init(result.final.divergence)),
      .init(key: "update", value: .object(JSONObject(finalSize.members(prefix: "")))),
      .init(key: "steps", value: .array(result.records.map(Self.json))),
    ]
  }

  private var coverage: JSONValue {
    let chosen = settings.modules?.count ?? moduleCount
    let isWhole = settings.choice.isFull && settings.modules == nil
    return isWhole
      ? .null
      : [
        "moved": .integer(result.subspaces?.entries.count ?? chosen), "chosen": .integer(chosen),
        "all": .integer(moduleCount),
      ]
  }

  private static func json(_ subspaces: RecoverySubspaces) -> JSONValue {
    let (least, largest) = subspaces.ranks
    return ["least": .integer(least), "largest": .integer(largest)]
  }

  private static func json(_ step: RecoveryStep) -> JSONValue {
    let losses: [JSONObject.Member] = [
      .init(key: "step", value: .integer(step.training.step)),
      .init(key: "loss", value: .number(step.training.loss)),
      .init(key: "divergence", value: .init(step.training.divergence)),
      .init(key: "gradient_norm", value: .number(step.training.gradientNorm)),
    ]
    return .object(
      JSONObject(
        losses + step.size.members(prefix: "update_")
          + [.init(key: "seconds", value: .number(step.seconds))]))
  }
}

extension UpdateSize {
  /// Norm and ranks, each key with a prefix.
  fileprivate func members(prefix: String) -> [JSONObject.Member] {
    [
      .init(key: prefix + "norm", value: .number(norm)),
      .init(key: prefix + "rank", value: ranks.map { .integer($0.largest) } ?? .null),
      .init(key: prefix + "stable_rank", value: .init(ranks?.stable)),
      .init(key: prefix + "effective_rank", value: .init(ranks?.effective)),
    ]
  }
}

extension RecoveryLog.Preservation {
  fileprivate var json: JSONValue {
    [
      "prompts_sha256": .string(sha256), "weight": .number(weight),
      "tokens": .integer(tokenCount),
      "unanswered": .array(unanswered.map { .string($0) }),
      "answers": .array(
        answers.map { ["prompt": .string($0.id), "answer": .string($0.text)] }),
    ]
  }
}

extension RecoveryLog.Calibration {
  fileprivate var json: JSONValue {
    [
      "prompts_sha256": .string(sha256), "over_refusal": .number(mostRefused),
      "new_tokens": .integer(newTokens), "factor": .number(outcome.factor),
      "met": .bool(outcome.isMet),
      "tried": .array(
        outcome.trials.map {
          [
            "factor": .number($0.factor), "refused": .integer($0.refused),
            "count": .integer($0.count),
          ]
        }),
    ]
  }
}
