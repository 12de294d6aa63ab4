import SystemPackage

/// What the recoveries of a sweep are called: the subspace and what else they differ in.
struct RecoveryNames {
  /// Keys with labels of their own, and keys that change no result.
  private static let ranks: Set<String> = CellArgument.uncounted.union(["rank", "save-steps"])
  private static let others = ranks.union(["subspace"])
  /// What recoveries without a name differ in.
  private let varying: [String]

  init(_ recoveries: [SweepFile.Entry]) {
    let recoveries = recoveries.filter(\.name.isEmpty).map(\.settings)
    var order: [String] = []
    var values: [String: Set<String>] = [:]
    for setting in recoveries.flatMap(\.settings) where !Self.others.contains(setting.key) {
      if !order.contains(setting.key) { order.append(setting.key) }
      values[setting.key, default: []].formUnion(setting.values.map(setting.normalized))
    }
    varying = order.filter { key in
      (values[key]?.count ?? 0) > 1 || recoveries.contains { $0[key] == nil }
    }
  }

  /// The labels of a point of a grid.
  ///
  /// A named entry has its name and what its own points differ in.
  func labels(
    of point: SweepSettings.Point, in entry: SweepFile.Entry, tool: ToolFlags,
    step: CellLabels.Step?
  ) -> CellLabels.Recovery {
    func text(_ key: String) -> String? {
      point.first { $0.setting.key == key }.map { $0.setting.normalized($0.value) }
        ?? tool[key]?.defaultValue
    }
    let subspace = text("subspace").map(Self.short) ?? ""
    let named = point.filter { part in
      entry.name.isEmpty
        ? varying.contains(part.setting.key)
        : part.setting.values.count > 1 && !Self.ranks.contains(part.setting.key)
    }
    let parts = named.map {
      "\($0.setting.key)=\(Self.short($0.setting.normalized($0.value)))"
    }
    return CellLabels.Recovery(
      name: ([entry.name.isEmpty ? subspace : entry.name] + parts).joined(separator: ","),
      example: text("index") ?? "0", subspace: subspace,
      rank: subspace == "full" ? nil : text("rank"), step: step)
  }

  /// A file by its name alone; slashes stand between labels.
  private static func short(_ value: String) -> String {
    let name = value.split(separator: "/").last.map(String.init) ?? value
    return String(name.prefix(80))
  }
}
