import Files
import ModelLoading
import OrderedJSON
import Recovery
import ResultFiles

/// The log that training leaves beside what it made.
enum TrainingLog {
  /// Writes `training.json`: provenance, the examples' digest, and loss and gradient norm per step.
  ///
  /// - Parameters:
  ///   - steps: The records.
  ///   - examples: What was trained on.
  ///   - provenance: Where the result comes from.
  ///   - path: The file.
  /// - Throws: `OutputText.Fault`.
  static func write(
    _ steps: [TrainingStep], examples: LoadedExamples, provenance: Provenance, to path: String
  ) throws {
    var log = provenance.json
    log["examples_sha256"] = .string(examples.sha256)
    log["example_count"] = .integer(examples.examples.count)
    log["steps"] = .array(
      steps.map {
        [
          "step": .integer($0.step), "loss": .number($0.loss),
          "gradient_norm": .number($0.gradientNorm),
        ]
      })
    try OutputText.write(JSONValue.object(log).text(.pretty) + "\n", to: path)
  }
}
