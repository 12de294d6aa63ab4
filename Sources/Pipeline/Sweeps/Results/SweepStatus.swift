import Failures
import Files

/// What is done of a plan and what is not.
package struct SweepStatus: Sendable {
  /// One stage.
  package struct Stage: Sendable {
    package let stage: SweepStage
    package var cells = 0
    /// Labels beyond one a cell: work that is not done twice.
    package var shared = 0
    package var done = 0
    package var running = 0
    package var failed = 0
    /// Saved steps that a recovery ended before.
    package var absent = 0
    package var seconds = 0.0
    package var peakMemory = 0

    /// Cells still to make.
    package var missing: Int { cells - done - running - failed - absent }
    /// Mean seconds of those that are done, or nil.
    package var meanSeconds: Double? { done > 0 ? seconds / Double(done) : nil }
  }

  package private(set) var stages: [Stage] = []
  package private(set) var done: [String: CellRecord] = [:]
  /// Cells that are there and are none, with the reason.
  package private(set) var damaged: [(cell: SweepCell, reason: String)] = []
  package private(set) var failed: [SweepCell] = []

  /// Looks at all cells of a plan.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - store: The folder.
  package init(of cells: [SweepCell], in store: CellStore) {
    var stages: [SweepStage: Stage] = [:]
    for cell in cells {
      var stage = stages[cell.stage] ?? Stage(stage: cell.stage)
      stage.cells += 1
      stage.shared += cell.labels.count - 1
      switch store.exists ? store.state(of: cell) : .missing {
      case .done(let record):
        stage.done += 1
        stage.seconds += record.seconds
        stage.peakMemory = max(stage.peakMemory, record.peakMemory)
        done[cell.identity] = record
      case .damaged(let reason): damaged.append((cell, reason))
      case .missing:
        if !store.exists { break }
        if store.isBeingMade(cell) {
          stage.running += 1
        } else if FileEntry(at: store.failure(cell)) != nil {
          stage.failed += 1
          failed.append(cell)
        } else if isAbsent(cell, in: store) {
          stage.absent += 1
        }
      }
      stages[cell.stage] = stage
    }
    self.stages = SweepStage.allCases.compactMap { stages[$0] }
  }

  /// Whether a cell reads a part of a finished one that it does not have.
  private func isAbsent(_ cell: SweepCell, in store: CellStore) -> Bool {
    cell.arguments.contains { argument in
      guard case .cell(let identity, let path)? = argument.value, done[identity] != nil,
        path != CellOutput.name
      else { return false }
      return FileEntry(at: "\(store.path(of: identity, .recovery))/\(path)") == nil
    }
  }
}
