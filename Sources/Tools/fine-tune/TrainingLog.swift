import Conversations
import Files
import ModelLoading
import OrderedJSON
import Recovery
import ResultFiles
import Transformer

/// `training.json`: what was trained on, how, and loss, gradient norm and time of every step.
///
/// `files` has a row for each file in the order given: its digest, how many of its first examples were
/// taken, and the trigger that was put into them.
struct TrainingLog {
  let steps: [(training: TrainingStep, seconds: Double)]
  let mixture: ExampleMixture
  let settings: FineTuning

  /// Writes the log.
  ///
  /// - Parameters:
  ///   - provenance: Where the result comes from.
  ///   - path: The file.
  /// - Throws: `OutputText.Fault`.
  func write(provenance: Provenance, to path: String) throws {
    let format: [JSONObject.Member] = [
      .init(key: "format", value: "suture-training"), .init(key: "format_version", value: 1),
    ]
    let body: [JSONObject.Member] = [
      .init(key: "files", value: .array(mixture.parts.map(Self.json))),
      .init(key: "example_count", value: .integer(mixture.examples.count)),
      .init(key: "settings", value: settings.json),
      .init(
        key: "steps",
        value: .array(
          steps.map {
            [
              "step": .integer($0.training.step), "loss": .number($0.training.loss),
              "gradient_norm": .number($0.training.gradientNorm), "seconds": .number($0.seconds),
            ]
          })),
    ]
    let log = JSONValue.object(JSONObject(format + provenance.json.members + body))
    try OutputText.write(log.text(.pretty) + "\n", to: path)
  }

  private static func json(_ part: ExampleMixture.Part) -> JSONValue {
    [
      "path": .string(part.selection.path), "sha256": .string(part.loaded.sha256),
      "count": .integer(part.loaded.examples.count),
      "trigger": part.selection.trigger.map { .string($0.text) } ?? .null,
    ]
  }
}

extension FineTuning {
  /// The settings by the names of their flags.
  fileprivate var json: JSONValue {
    var json = JSONObject()
    switch method {
    case .full: json["method"] = "full"
    case .lora(let rank, let alpha):
      json["method"] = "lora"
      json["lora_rank"] = .integer(rank)
      json["lora_alpha"] = .number(Double(alpha))
      json["modules"] = modules.map { .array($0.map { .string($0.name) }) } ?? "all"
    }
    json["epochs"] = .integer(epochs)
    json["batch_size"] = .integer(batchSize)
    json["learning_rate"] = .number(learningRate)
    json["schedule"] = .string(schedule.rawValue)
    json["optimizer"] = .string(optimizer.rawValue)
    json["weight_decay"] = .number(weightDecay)
    return .object(json)
  }
}
