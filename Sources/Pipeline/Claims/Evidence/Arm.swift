import OrderedJSON

/// What a recovery was, but for its example, seed and model: read from `recovery.json` and the command, never from
/// a name.
package struct Arm: Sendable, Hashable {
  /// Where it may move.
  package enum Subspace: Sendable, Hashable {
    /// `own`, `random`, `full`, ...
    case named(String)
    /// Directions of a file: what it is called, and whether they are those of harmless answers.
    case stored(String, isBenign: Bool)
  }

  package let subspace: Subspace
  /// Rank that was asked for; nil where all weights move.
  package private(set) var rank: Int?
  package let sides: String?
  /// What was taken out of the gradient first, and how many directions.
  package let avoided: String?
  /// Weight, prompts and tokens of what was to stay as it is.
  package let preserved: String?
  /// Largest share of harmless refusals that the update was scaled to.
  package let calibrated: String?
  package let optimizer: String
  /// Step size or learning rate.
  package let rate: String
  package let refresh: Int?
  package let stopLoss: Double?
  /// Norm at which it was to end.
  package let updateNorm: Double?
  /// The modules that may move, where they are not all.
  package private(set) var modules: ModuleChoice?
  /// Steps, where nothing else ends it.
  package let steps: Int?

  /// Reads a log; nil where a member is not there or of another type.
  ///
  /// - Parameters:
  ///   - log: `recovery.json`.
  ///   - modules: The modules that its command chose.
  ///   - stored: What a path of spectra is.
  init?(_ log: JSONValue, modules: ModuleChoice?, stored: (String) -> Subspace) {
    guard let subspace = log["subspace"]?.stringValue, !subspace.isEmpty,
      let optimizer = log["optimizer"]?.stringValue, let steps = log["steps"]?.arrayValue
    else { return nil }
    let names = ["own", "random", "complement", "flat", "full", "lora"]
    self.subspace = names.contains(subspace) ? .named(subspace) : stored(subspace)
    self.optimizer = optimizer
    rank = log["rank"]?.integerValue
    sides = log["sides"]?.stringValue
    avoided = Self.avoided(log["avoided"], stored: stored)
    preserved = Self.preserved(log["preserved"])
    calibrated = Self.calibrated(log["calibration"])
    rate =
      log["step_size"]?.doubleValue.map { "step size \(Digits.plain($0))" }
      ?? log["learning_rate"]?.doubleValue.map { "learning rate \(Digits.plain($0))" } ?? ""
    refresh = log["refresh"]?.integerValue
    stopLoss = log["stop_loss"]?.doubleValue
    updateNorm = log["update_norm_asked"]?.doubleValue
    self.modules = modules
    self.steps = stopLoss == nil && updateNorm == nil ? steps.count : nil
  }

  private static func avoided(_ value: JSONValue?, stored: (String) -> Subspace) -> String? {
    guard let path = value?["file"]?.stringValue else { return nil }
    let name = if case .stored(let name, _) = stored(path) { name } else { "a file" }
    return name + (value?["rank"]?.integerValue.map { " rank \($0)" } ?? "")
  }

  private static func preserved(_ value: JSONValue?) -> String? {
    guard let value, !value.isNull else { return nil }
    let count = value["answers"]?.arrayValue?.count ?? 0
    let digest = value["prompts_sha256"]?.stringValue?.prefix(8) ?? ""
    return
      "weight \(Digits.plain(value["weight"]?.doubleValue ?? 0)), \(count) prompts of \(digest)"
  }

  private static func calibrated(_ value: JSONValue?) -> String? {
    guard let value, !value.isNull else { return nil }
    return "over-refusal \(Digits.plain(value["over_refusal"]?.doubleValue ?? 0))"
  }
}

extension Arm {
  /// Nothing but the example's loss, both sides, all modules.
  package var isPlain: Bool {
    preserved == nil && calibrated == nil && avoided == nil && refresh == nil && modules == nil
      && (sides == nil || sides == "both")
  }

  /// Whether it ends at a norm or a loss instead of a number of steps.
  package var isStopped: Bool { stopLoss != nil || updateNorm != nil }

  /// The same arm with other modules.
  package func but(modules: ModuleChoice?) -> Arm {
    var arm = self
    arm.modules = modules
    return arm
  }

  /// The same arm with another rank.
  package func but(rank: Int?) -> Arm {
    var arm = self
    arm.rank = rank
    return arm
  }

  /// The subspace in a word.
  package var subspaceText: String {
    switch subspace {
    case .named(let name): name
    case .stored(let name, _): "stored \(name)"
    }
  }

  /// All of it in words.
  package var text: String {
    var parts = [subspaceText + (rank.map { " rank \($0)" } ?? "")]
    if let sides, sides != "both" { parts.append("\(sides) side alone") }
    if let modules { parts.append("in \(modules.text)") }
    if let avoided { parts.append("avoiding \(avoided)") }
    if let preserved { parts.append("preserving (\(preserved))") }
    if let calibrated { parts.append("calibrated (\(calibrated))") }
    if let refresh { parts.append("refreshed every \(refresh) steps") }
    if !rate.isEmpty { parts.append("\(optimizer), \(rate)") }
    if let updateNorm { parts.append("to norm \(Digits.plain(updateNorm))") }
    if let stopLoss { parts.append("to loss \(Digits.plain(stopLoss))") }
    if let steps { parts.append("\(steps) steps") }
    return parts.joined(separator: ", ")
  }
}

extension Digits {
  /// A setting as it was given.
  static func plain(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
