import Failures
import Files
import Glibc
import HDF5
import ResultFiles
import SystemPackage

/// The numbers of whole sets as one labelled array: `results.h5`.
///
/// ```
/// /model /attack /recovery /set /metric   string (dimension scales)     recovery "none": the model as attacked
/// /seed                                   int64 (dimension scale)
/// /rank /step                             int32 (dimension scales)      0 where there is none
/// /value /low /high   float64 [model, attack, seed, recovery, rank, step, set, metric], NaN where there is none
/// ```
struct ResultArray {
  private static let noRecovery = "none"

  private static let dimensions = [
    "model", "attack", "seed", "recovery", "rank", "step", "set", "metric",
  ]
  private let rows: [ResultRow]
  private let models: [String]
  private let attacks: [String]
  private let seeds: [Int]
  private let recoveries: [String]
  private let ranks: [Int32]
  private let steps: [Int32]
  private let sets: [String]
  private let metrics: [String]

  init(_ rows: [ResultRow]) {
    let rows = rows.filter(\.category.isEmpty)
    self.rows = rows
    models = Self.distinct(rows.map(\.labels.model))
    attacks = Self.distinct(rows.map(\.labels.attack))
    seeds = Set(rows.map(\.labels.seed)).sorted()
    recoveries = Self.distinct(rows.map(Self.recovery))
    ranks = Set(rows.map(Self.rank)).sorted()
    steps = Set(rows.map(Self.step)).sorted()
    sets = Self.distinct(rows.map(\.set))
    metrics = Self.distinct(rows.map(\.metric))
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var known: Set<String> = []
    return texts.filter { known.insert($0).inserted }
  }

  private static func recovery(_ row: ResultRow) -> String {
    row.labels.recovery?.name ?? noRecovery
  }

  private static func rank(_ row: ResultRow) -> Int32 {
    Int32(clamping: row.labels.recovery?.rank.flatMap { Int($0) } ?? 0)
  }

  private static func step(_ row: ResultRow) -> Int32 { Int32(clamping: row.step ?? 0) }

  private var shape: [Int] {
    [
      models.count, attacks.count, seeds.count, recoveries.count, ranks.count, steps.count,
      sets.count, metrics.count,
    ]
  }

  /// Writes the file under another name and renames it.
  func write(to path: String, plan: SweepPlan, created: String, version: String) throws {
    let partial = "\(path).\(getpid()).partial"
    do {
      try write(partial, plan, created, version)
      try FileNames.synchronize(partial)
      try FileNames.rename(partial, to: path)
    } catch {
      try? FileNames.remove(partial)
      guard let error = error as? Errno else { throw error }
      throw CellStore.Fault(path: path, reason: error.reason, kind: .inputOutput)
    }
  }

  private func write(
    _ path: String, _ plan: SweepPlan, _ created: String, _ version: String
  ) throws {
    let file = try File(creating: path)
    try FileFormat.sweep.write(to: file.root)
    try Provenance(
      toolVersion: version, created: created,
      commandLine: "sweep-ranks \(FilePath(plan.file.path).lastComponent?.string ?? "")"
    ).write(to: file.root)
    try file.root.setAttribute("sweep", plan.file.name)
    try writeArrays(file.root)
    try file.close()
  }

  private func writeArrays(_ root: borrowing Group) throws {
    try root.write(models, as: "model")
    try root.write(attacks, as: "attack")
    try root.write(seeds.map { Int64($0) }, as: "seed")
    try root.write(recoveries, as: "recovery")
    try root.write(ranks, as: "rank")
    try root.write(steps, as: "step")
    try root.write(sets, as: "set")
    try root.write(metrics, as: "metric")
    for dimension in Self.dimensions {
      try root.dataset(dimension).becomeScale(of: dimension)
    }
    for (name, value) in [("value", \ResultRow.value), ("low", \.low), ("high", \.high)] {
      let chunk = [1, 1, 1, 1] + shape[4...].map { min($0, 64) }
      let dataset = try root.createDataset(
        name, shape: shape, growing: 0, chunk: chunk, fill: Double.nan)
      try fill(dataset, with: value)
      for (axis, dimension) in Self.dimensions.enumerated() {
        try dataset.attach(try root.dataset(dimension), toAxis: axis, name: dimension)
      }
    }
  }

  /// Writes a recovery of a model, an attack and a seed at a time; what is never written stays NaN.
  private func fill(_ dataset: borrowing Dataset, with value: KeyPath<ResultRow, Double?>) throws {
    let inner = Array(shape[4...])
    let size = inner.reduce(1, *)
    let places = places
    let groups = Dictionary(grouping: rows.indices) { Array(places[$0][..<4]) }
    for (origin, members) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      var values = [Double](repeating: .nan, count: size)
      for index in members {
        let place = zip(places[index][4...], inner).reduce(0) { $0 * $1.1 + $1.0 }
        if let number = rows[index][keyPath: value] { values[place] = number }
      }
      try dataset.write(
        values,
        to: Hyperslab(origin: origin + [0, 0, 0, 0], extent: [1, 1, 1, 1] + inner))
    }
  }

  /// The index of each row in each dimension.
  private var places: [[Int]] {
    let model = Self.index(models)
    let attack = Self.index(attacks)
    let seed = Self.index(seeds)
    let recovery = Self.index(recoveries)
    let rank = Self.index(ranks)
    let step = Self.index(steps)
    let set = Self.index(sets)
    let metric = Self.index(metrics)
    return rows.map { row in
      [
        model[row.labels.model], attack[row.labels.attack], seed[row.labels.seed],
        recovery[Self.recovery(row)], rank[Self.rank(row)], step[Self.step(row)], set[row.set],
        metric[row.metric],
      ].map { $0 ?? 0 }
    }
  }

  private static func index<Label: Hashable>(_ labels: [Label]) -> [Label: Int] {
    Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
  }
}
