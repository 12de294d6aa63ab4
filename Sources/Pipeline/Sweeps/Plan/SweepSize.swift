/// How many cells a sweep file asks for, before any of them is made.
struct SweepSize {
  /// Cells that are planned at most.
  static let limit = 100_000

  /// Refuses a file that asks for more, and names its longest list.
  static func require(_ file: SweepFile) throws(SweepError) {
    let attacks = file.attacks.reduce(0.0) {
      $0 + ($1.settings.count.map(Double.init) ?? .infinity)
    }
    let recoveries = file.recoveries.reduce(0.0) { sum, entry in
      let states = 1 + (entry.settings["save-steps"]?.values.map { commas($0) }.max() ?? 0)
      let cells = 1 + Double(file.evaluations.count) * Double(states)
      return sum + (entry.settings.count.map(Double.init) ?? .infinity) * cells
    }
    let cells =
      Double(file.models.count) * max(attacks, 1) * Double(file.seeds.count)
      * (1 + Double(file.spectra.count + file.evaluations.count) + recoveries)
    guard cells > Double(limit) else { return }
    let lists = lists(of: file)
    guard let largest = lists.max(by: { $0.count < $1.count }) else { return }
    let text = cells < 1e15 ? "\(Int(cells))" : "more than 10^15"
    throw SweepError(
      .tooManyCells(text, limit: limit, largest: largest.key, values: largest.count),
      at: largest.place, in: file.path)
  }

  private static func commas(_ value: SweepSetting.Value) -> Int {
    value.text.split(separator: ",").count
  }

  private static func lists(
    of file: SweepFile
  ) -> [(key: String, count: Int, place: SweepPlace?)] {
    var lists: [(key: String, count: Int, place: SweepPlace?)] = [
      ("seeds", file.seeds.count, file.seedsPlace),
      ("models", file.models.count, file.models.first?.settings.place),
      ("attacks", file.attacks.count, file.attacks.first?.settings.place),
      ("recoveries", file.recoveries.count, file.recoveries.first?.settings.place),
      ("evaluation", file.evaluations.count, file.evaluations.first?.settings.place),
    ]
    for setting in file.attacks.flatMap(\.settings.settings)
      + file.recoveries.flatMap(\.settings.settings)
    {
      lists.append((setting.key, setting.values.count, setting.place))
    }
    return lists
  }
}
