/// The keys that cells of a sweep differ in, with the values that there are.
struct SweepContexts {
  /// Values of each key, numbers in one way of writing them.
  private(set) var values: [String: Set<String>] = [:]
  private var flags: [String: ToolFlag] = [:]

  init(models: [SweepFile.Entry], attacks: [SweepFile.Entry], seeds: [Int]) {
    values["model"] = Set(models.map(\.name))
    // Models are evaluated before any attack, too.
    values["attack"] = Set(attacks.map(\.name) + [SweepFile.noAttack])
    values["seed"] = Set(seeds.map { "\($0)" })
  }

  /// Adds the keys of recoveries, their names, and the steps that are evaluated.
  mutating func add(_ recoveries: [SweepFile.Entry]) {
    for setting in recoveries.flatMap(\.settings.settings) {
      flags[setting.key] = setting.flag
      for value in setting.values {
        values[setting.key, default: []].insert(setting.normalized(value))
      }
    }
    for entry in recoveries {
      values.merge(defaults(of: entry.settings.first)) { $0.union($1) }
    }
    if recoveries.isEmpty { return }
    let names = recoveries.map(\.name).filter { !$0.isEmpty }
    if !names.isEmpty { values[Self.recovery] = Set(names) }
    let steps = recoveries.compactMap { $0.settings["save-steps"] }.flatMap(\.values)
      .flatMap { $0.text.split(separator: ",").map(String.init) }
    values[Self.step] = Set(steps + [Self.end])
  }

  /// The name of a recovery.
  static let recovery = "recovery"
  /// After how many steps a recovery is evaluated, or `end`.
  static let step = "step"
  static let end = "end"

  /// What flags that others of the recoveries set have where a point leaves them out.
  private func defaults(of point: SweepSettings.Point) -> [String: Set<String>] {
    var defaults: [String: Set<String>] = [:]
    for (key, flag) in flags where !point.contains(where: { $0.setting.key == key }) {
      guard let text = flag.defaultValue, key != "rank" || !point.movesAllWeights else { continue }
      defaults[key] = [flag.normalized(text)]
    }
    return defaults
  }

  /// The keys of a point of a grid of recoveries, with what the flags have that it leaves out.
  func context(of point: SweepSettings.Point) -> [String: String] {
    var context = defaults(of: point).compactMapValues(\.first)
    for (setting, value) in point { context[setting.key] = setting.normalized(value) }
    return context
  }

  /// A value as it is compared.
  func normalized(_ key: String, _ value: String) -> String {
    flags[key]?.normalized(value) ?? value
  }
}

extension SweepSetting {
  /// A value as it is compared.
  func normalized(_ value: Value) -> String {
    value.isGiven && flag.takesValue
      ? value.texts.map(flag.normalized).joined(separator: ",") : value.isGiven ? "true" : "false"
  }
}

extension SweepSettings.Point {
  /// Whether there is no subspace, and so no rank.
  fileprivate var movesAllWeights: Bool {
    contains { $0.setting.key == "subspace" && $0.value.text == "full" }
  }
}
