/// The keys that cells of a sweep differ in, with the values that there are.
struct SweepContexts {
  /// Values of each key, numbers in one way of writing them.
  private(set) var values: [String: Set<String>] = [:]
  private let flags: [String: ToolFlag]

  init(
    models: [SweepFile.Entry], attacks: [SweepFile.Entry], seeds: [Int],
    recoveries: [SweepSettings]
  ) {
    var flags: [String: ToolFlag] = [:]
    values["model"] = Set(models.map(\.name))
    values["attack"] = Set(attacks.map(\.name))
    values["seed"] = Set(seeds.map { "\($0)" })
    for setting in recoveries.flatMap(\.settings) {
      flags[setting.key] = setting.flag
      for value in setting.values {
        values[setting.key, default: []].insert(setting.normalized(value))
      }
    }
    self.flags = flags
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
