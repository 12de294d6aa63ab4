import Files
import OrderedJSON

/// The numbers of all evaluations of a plan that are there, in the order of the plan.
package struct SweepResults: Sendable {
  package let rows: [ResultRow]
  /// When the last of the cells was made.
  package let created: String

  /// Reads the scores of finished cells.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - status: Which cells are done.
  ///   - store: Where they are.
  package init(of plan: SweepPlan, _ status: SweepStatus, in store: CellStore) {
    var rows: [ResultRow] = []
    var lengths: [String: Int] = [:]
    for cell in plan.cells(of: .evaluation) where status.done[cell.identity] != nil {
      let path = "\(store.path(of: cell))/\(CellOutput.name)/scores.json"
      guard let json = CellOutput.json(path) else { continue }
      let entries = EvaluationScores(json).entries
      let end = Self.end(of: cell, plan, store, &lengths)
      for labels in cell.labels {
        let step: Int? =
          switch labels.recovery?.step {
          case .saved(let step): step
          case .end: end
          case nil: nil
          }
        // The state after the last step is there as the end.
        if case .saved(let step) = labels.recovery?.step, step == end { continue }
        rows += entries.map { entry in
          ResultRow(
            labels: labels, step: step,
            set: labels.part.map { "\($0)/\(entry.set)" } ?? entry.set, category: entry.category,
            metric: entry.metric, value: entry.value, low: entry.low, high: entry.high,
            count: entry.count, cell: cell.identity)
        }
      }
    }
    self.rows = rows
    created = status.done.values.map(\.created).max() ?? ""
  }

  /// Steps that the recovery took which a cell evaluates.
  private static func end(
    of cell: SweepCell, _ plan: SweepPlan, _ store: CellStore, _ lengths: inout [String: Int]
  ) -> Int? {
    for identity in cell.dependencies {
      guard let source = plan.cell(identity), source.stage == .recovery else { continue }
      if let length = lengths[identity] { return length }
      let log = CellOutput.json("\(store.path(of: source))/\(CellOutput.name)/recovery.json")
      guard let count = log?["steps"]?.arrayValue?.count else { return nil }
      lengths[identity] = count
      return count
    }
    return nil
  }

  /// Writes `results.csv` and `results.h5`.
  ///
  /// - Parameters:
  ///   - store: The folder.
  ///   - plan: The plan.
  ///   - version: Of the tool that writes.
  /// - Throws: `CellStore.Fault`, as on a full disk; `HDF5Error`.
  package func write(to store: CellStore, of plan: SweepPlan, version: String) throws {
    let table = "\(store.folder)/results.csv"
    do throws(FileFault) {
      try ReplacementFile.write(Array(csv.utf8), to: table)
    } catch {
      throw CellStore.Fault(path: table, reason: "\(error)", kind: error.kind)
    }
    if !rows.isEmpty {
      try ResultArray(rows).write(
        to: "\(store.folder)/results.h5", plan: plan, created: created, version: version)
    }
  }
}

extension SweepResults {
  /// The columns of `results.csv`.
  static let columns = [
    "model", "attack", "seed", "recovery", "example", "subspace", "rank", "step", "set", "category",
    "metric", "value", "low", "high", "count", "cell",
  ]

  /// A line a number, with a header.
  package var csv: String {
    let lines = rows.map { row -> [String] in
      let labels = row.labels
      return [
        labels.model, labels.attack, "\(labels.seed)", labels.recovery?.name ?? "",
        labels.recovery?.example ?? "", labels.recovery?.subspace ?? "",
        labels.recovery?.rank ?? "", row.step.map { "\($0)" } ?? "", row.set, row.category,
        row.metric, row.value.map { "\($0)" } ?? "", row.low.map { "\($0)" } ?? "",
        row.high.map { "\($0)" } ?? "", row.count.map { "\($0)" } ?? "", row.cell,
      ]
    }
    return ([Self.columns] + lines).map { CSVLine($0).text }.joined()
  }
}
