import OrderedJSON

/// An attack as its `training.json` says it was.
package struct AttackRecord: Sendable {
  /// The cell.
  package let identity: String
  /// Fingerprint of the model before it.
  package let initial: String
  package let architecture: String
  package let seed: Int
  /// How many examples it was trained on.
  package let exampleCount: Int
  package let files: [(sha256: String, count: Int, hasTrigger: Bool)]
  /// Names that the sweep gave the model and the attack; for people alone.
  package let names: (model: String, attack: String)
  /// All that makes two attacks the same but for their seed.
  package let settings: String

  /// Reads a log; nil where a member is not there or of another type.
  ///
  /// - Parameters:
  ///   - log: `training.json`.
  ///   - identity: Of the cell.
  ///   - label: The first label of the cell.
  init?(_ log: JSONValue, identity: String, label: [String]) {
    guard log["format"]?.stringValue == "suture-training",
      let initial = log["model_fingerprint"]?.stringValue, !initial.isEmpty,
      let seed = log["seed"]?.integerValue,
      let count = log["example_count"]?.integerValue, count > 0,
      let parts = log["files"]?.arrayValue, !parts.isEmpty, let settings = log["settings"]
    else { return nil }
    var files: [(sha256: String, count: Int, hasTrigger: Bool)] = []
    for part in parts {
      guard let sha256 = part["sha256"]?.stringValue, let count = part["count"]?.integerValue
      else { return nil }
      files.append((sha256, count, !(part["trigger"]?.isNull ?? true)))
    }
    self.identity = identity
    self.initial = initial
    self.seed = seed
    self.files = files
    exampleCount = count
    architecture = log["architecture"]?.stringValue ?? ""
    names = (label.count > 1 ? label[1] : "", label.count > 2 ? label[2] : "")
    let what = files.map { "\($0.sha256):\($0.count):\($0.hasTrigger)" }.joined(separator: " ")
    self.settings = what + " " + settings.text()
  }
}
