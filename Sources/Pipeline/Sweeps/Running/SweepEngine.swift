import Files
import Foundation
import Glibc
import Synchronization

/// Makes cells side by side on this machine, each after those that it reads.
///
/// Every worker is a thread that starts a tool and waits for it. Cells that another process is making are
/// left to it, and looked at again until they are there or free.
package final class SweepEngine: Sendable {
  /// Something that happened, for a log.
  package enum Event: Sendable {
    case started(SweepCell)
    case made(SweepCell, seconds: Double)
    case absent(SweepCell, reason: String)
    case elsewhere(SweepCell)
    /// It reads another one that is not there, and that is not among those to make.
    case lacking(SweepCell, source: String)
    case failed(CellFailure)
  }

  /// How far the work is.
  package struct Snapshot: Sendable {
    package let total: Int
    package let settled: Int
    package let made: Int
    /// Labels, logs and beginnings of what runs.
    package let running: [(label: String, log: String, start: ContinuousClock.Instant)]
    /// Seconds that are left, or nil while there is nothing to go by.
    package let secondsLeft: Double?
  }

  private enum Progress: Equatable {
    case waiting
    /// Another process makes it; it is looked at again then.
    case elsewhere(until: ContinuousClock.Instant)
    case running
    case done
    /// It cannot be made, nor what reads it.
    case lost
  }

  private struct State {
    var progress: [String: Progress]
    var events: [Event] = []
    var failures: [CellFailure] = []
    var made = 0
    var reused = 0
    var absent = 0
    var impossible: String?
    var isStopping = false
    var workers = 0
    var seconds: [SweepStage: (sum: Double, count: Int)] = [:]
    /// Those that another process was found to make.
    var elsewhere: Set<String> = []
    /// Cells before this position are settled.
    var cursor = 0
    /// Cells that are not settled.
    var left: [SweepStage: Int] = [:]

    /// Takes note that nothing more is to be done for a cell.
    mutating func settle(_ cell: SweepCell, _ outcome: Progress) {
      progress[cell.identity] = outcome
      left[cell.stage, default: 0] -= 1
    }
  }

  private let cells: [SweepCell]
  private let byIdentity: [String: SweepCell]
  private let runner: CellRunner
  private let jobs: Int
  private let keepsGoing: Bool
  private let state: Mutex<State>
  /// The tools that run.
  package let children = RunningChildren()

  /// - Parameters:
  ///   - cells: What to make, in order.
  ///   - runner: Makes one.
  ///   - status: What is there already.
  ///   - jobs: Cells side by side.
  ///   - keepsGoing: Whether others are begun after one has failed.
  package init(
    _ cells: [SweepCell], runner: CellRunner, status: SweepStatus, jobs: Int, keepsGoing: Bool
  ) {
    self.cells = cells
    byIdentity = Dictionary(uniqueKeysWithValues: cells.map { ($0.identity, $0) })
    self.runner = runner
    self.jobs = jobs
    self.keepsGoing = keepsGoing
    var state = State(
      progress: Dictionary(uniqueKeysWithValues: cells.map { ($0.identity, .waiting) }))
    for cell in cells { state.left[cell.stage, default: 0] += 1 }
    for cell in cells where status.done[cell.identity] != nil {
      state.settle(cell, .done)
      state.reused += 1
    }
    for stage in status.stages where stage.done > 0 {
      state.seconds[stage.stage] = (stage.seconds, stage.done)
    }
    self.state = Mutex(state)
  }

  // MARK: - From outside

  /// Starts the workers.
  package func start() {
    state.withLock { $0.workers = jobs }
    for _ in 0..<jobs {
      let thread = Thread { self.work() }
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// Whether all workers have ended.
  package var isFinished: Bool { state.withLock { $0.workers == 0 } }

  /// Lets no more cells begin; those that run go on.
  package func stop() { state.withLock { $0.isStopping = true } }

  /// Has everything that runs end, and waits for it: for a signal.
  package func interrupt() {
    stop()
    children.end(within: 20)
    let start = ContinuousClock.now
    while !isFinished, start.duration(to: .now) < .seconds(10) { usleep(10_000) }
  }

  /// What has happened since this was last asked.
  package func takeEvents() -> [Event] {
    state.withLock { state in
      defer { state.events = [] }
      return state.events
    }
  }

  /// How far the work is.
  package var snapshot: Snapshot {
    let running = children.children
    return state.withLock { state in
      Snapshot(
        total: cells.count, settled: cells.count - state.left.values.reduce(0, +),
        made: state.made,
        running: running.map { (byIdentity[$0.identity]?.label ?? "", $0.log, $0.start) },
        secondsLeft: secondsLeft(state))
    }
  }

  private func secondsLeft(_ state: State) -> Double? {
    var seconds = 0.0
    for (stage, count) in state.left where count > 0 {
      guard let known = state.seconds[stage], known.count > 0 else { return nil }
      seconds += known.sum / Double(known.count) * Double(count)
    }
    return seconds / Double(jobs)
  }

  /// How it ended.
  package var summary: Summary {
    state.withLock { state in
      Summary(
        made: state.made, reused: state.reused, absent: state.absent, failures: state.failures,
        notMade: state.progress.values.count { $0 != .done } - state.absent,
        left: state.progress.values.count { $0 != .done && $0 != .lost },
        impossible: state.impossible)
    }
  }

  /// What was made and what was not.
  package struct Summary: Sendable {
    package let made: Int
    package let reused: Int
    /// Saved steps that a recovery ended before.
    package let absent: Int
    package let failures: [CellFailure]
    /// Those that failed, that read them, and that were not begun.
    package let notMade: Int
    /// Those that were not begun, or not ended.
    package let left: Int
    package let impossible: String?
  }

  // MARK: - Workers

  private func work() {
    while true {
      switch next() {
      case .cell(let cell): settle(cell, runner.make(cell, children: children))
      case .later: usleep(50_000)
      case .nothing:
        state.withLock { $0.workers -= 1 }
        return
      }
    }
  }

  private enum Choice {
    case cell(SweepCell)
    case later
    case nothing
  }

  private func next() -> Choice {
    state.withLock { state in
      while state.cursor < cells.count {
        let progress = state.progress[cells[state.cursor].identity]
        guard progress == .done || progress == .lost else { break }
        state.cursor += 1
      }
      if state.isStopping || state.impossible != nil { return .nothing }
      var isAnyLeft = false
      let now = ContinuousClock.now
      for cell in cells[state.cursor...] {
        switch state.progress[cell.identity] {
        case .running: isAnyLeft = true
        case .elsewhere(let time) where time > now: isAnyLeft = true
        case .waiting, .elsewhere:
          switch readiness(of: cell, state) {
          case .ready:
            if state.progress[cell.identity] == .waiting {
              state.events.append(.started(cell))
            }
            state.progress[cell.identity] = .running
            return .cell(cell)
          case .waiting: isAnyLeft = true
          case .lost: state.settle(cell, .lost)
          case .lacking(let source):
            state.settle(cell, .lost)
            state.events.append(.lacking(cell, source: source))
          }
        case .done, .lost, nil: continue
        }
      }
      return isAnyLeft ? .later : .nothing
    }
  }

  private enum Readiness {
    case ready
    case waiting
    case lost
    case lacking(source: String)
  }

  /// What is read and not among the cells to make is there or will not be.
  private func readiness(of cell: SweepCell, _ state: State) -> Readiness {
    var readiness = Readiness.ready
    for identity in cell.dependencies {
      switch state.progress[identity] {
      case .done: continue
      case .lost: return .lost
      case .waiting, .running, .elsewhere: readiness = .waiting
      case nil:
        guard let source = runner.plan.cell(identity) else { return .lost }
        if case .done = runner.store.state(of: source) { continue }
        return .lacking(source: source.label)
      }
    }
    return readiness
  }

  private func settle(_ cell: SweepCell, _ outcome: CellOutcome) {
    state.withLock { state in
      switch outcome {
      case .made(let record):
        state.settle(cell, .done)
        state.made += 1
        let (sum, count) = state.seconds[cell.stage] ?? (0, 0)
        state.seconds[cell.stage] = (sum + record.seconds, count + 1)
        state.events.append(.made(cell, seconds: record.seconds))
      case .reused:
        state.settle(cell, .done)
        state.reused += 1
      case .elsewhere:
        if state.elsewhere.insert(cell.identity).inserted {
          state.events.append(.elsewhere(cell))
        }
        state.progress[cell.identity] = .elsewhere(until: .now + .seconds(1))
      case .absent(let reason):
        state.settle(cell, .lost)
        state.absent += 1
        state.events.append(.absent(cell, reason: reason))
      case .failed(let failure):
        state.settle(cell, .lost)
        state.failures.append(failure)
        state.events.append(.failed(failure))
        if !keepsGoing { state.isStopping = true }
      case .impossible(let reason):
        state.progress[cell.identity] = .waiting
        state.impossible = state.impossible ?? reason
      case .interrupted:
        state.progress[cell.identity] = .waiting
        state.isStopping = true
      }
    }
  }
}
