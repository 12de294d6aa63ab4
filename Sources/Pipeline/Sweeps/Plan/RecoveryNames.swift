import SystemPackage

/// What the recoveries of a sweep are called: the subspace and what else they differ in.
struct RecoveryNames {
  /// Keys with labels of their own, and keys that change no result.
  private static let others: Set<String> = CellArgument.uncounted.union([
    "subspace", "rank", "save-steps",
  ])
  private let varying: [String]

  init(_ recoveries: [SweepSettings]) {
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
  func labels(
    of point: SweepSettings.Point, tool: ToolFlags, step: CellLabels.Step?
  ) -> CellLabels.Recovery {
    func text(_ key: String) -> String? {
      point.first { $0.setting.key == key }.map { $0.setting.normalized($0.value) }
        ?? tool[key]?.defaultValue
    }
    let subspace = text("subspace").map(Self.short) ?? ""
    let parts = point.filter { varying.contains($0.setting.key) }.map {
      "\($0.setting.key)=\(Self.short($0.setting.normalized($0.value)))"
    }
    return CellLabels.Recovery(
      name: ([subspace] + parts).joined(separator: ","), example: text("index") ?? "0",
      subspace: subspace, rank: subspace == "full" ? nil : text("rank"), step: step)
  }

  /// A file by its name alone; slashes stand between labels.
  private static func short(_ value: String) -> String {
    let name = value.split(separator: "/").last.map(String.init) ?? value
    return String(name.prefix(80))
  }
}
