import CommandSupport
import Failures
import Glibc
import LinearAlgebra
import Sweeps
import Synchronization
import Transformer

/// The making of cells on this machine, shown on standard error.
struct SweepRun {
  let options: CellOptions
  let run: RunOptions

  /// Makes what is missing.
  ///
  /// - Parameters:
  ///   - cells: What to make.
  ///   - plan: The plan that they are of.
  ///   - found: What is there.
  ///   - store: The folder.
  ///   - tools: The executables.
  /// - Returns: How it went, and whether `SIGUSR1` ended it between cells.
  /// - Throws: `CellStore.Fault`; `Impossible` when nothing more can be made.
  func make(
    _ cells: [SweepCell], of plan: SweepPlan, _ found: SweepStatus, _ store: CellStore,
    _ tools: ToolFolder
  ) throws -> (summary: SweepEngine.Summary, wasStopped: Bool) {
    try store.keep(sweep: plan.file.path)
    run.warn(found.damaged.map { "\($0.cell.label) is made again: it \($0.reason)" })
    let jobs = options.jobCount
    let runner = CellRunner(
      plan: plan, store: store, tools: tools, threads: max(1, run.threadCount / jobs),
      memoryLimit: options.memoryLimit.map { max(1, $0.bytes / jobs) }, blas: blasDescription)
    let engine = SweepEngine(
      cells, runner: runner, status: found, jobs: jobs, keepsGoing: options.keepGoing)
    let display = SweepDisplay(quiet: run.quiet)
    Interruption.beforeEnding { _ in engine.interrupt() }
    let request = StopRequest()
    Interruption.onRequest {
      request.make()
      engine.stop()
    }
    let log = AttemptLog()
    func showNews() {
      let events = engine.takeEvents()
      log.add(events)
      display.show(events, engine.snapshot)
    }
    engine.start()
    while !engine.isFinished {
      showNews()
      if let seconds = request.seconds, seconds > Double(options.grace) {
        engine.interrupt()
        break
      }
      usleep(100_000)
    }
    // Whoever has stopped the engine ends the process.
    if engine.children.isEnding, request.seconds == nil { sleep(60) }
    Interruption.beforeEnding(nil)
    showNews()
    display.finish()
    let summary = engine.summary
    if let reason = summary.impossible { throw Impossible(description: reason) }
    return (summary, request.seconds != nil)
  }

  /// Whether and when `SIGUSR1` has asked for an end between cells.
  private final class StopRequest: Sendable {
    private let time = Mutex<ContinuousClock.Instant?>(nil)

    func make() { time.withLock { $0 = $0 ?? .now } }

    /// Seconds since it was made, or nil.
    var seconds: Double? {
      time.withLock { $0.map { $0.duration(to: .now) / .seconds(1) } }
    }
  }

  /// Nothing more can be made, whichever cell is tried.
  struct Impossible: Failure {
    let description: String
    var kind: FailureKind { .inputOutput }
  }
}

extension SweepEngine.Summary {
  /// Ends the process so that the task is queued again, when its time ended it and some cells were made.
  func requeueIfStopped() {
    if left == 0 { return }
    if made > 0 {
      StandardError.write("note: the time is nearly up; \(counted(left, "cells")) are left\n")
      exit(SlurmScript.moreToDo)
    }
    StandardError.write("error: no cell was made in the time that there was: they need more\n")
    exit(1)
  }

  /// Tells what failed and how to try again, and ends the process with 1 when something did.
  func requireWhole() {
    for failure in failures {
      StandardError.write(
        "failed: \(failure.label): \(failure.reason.onOneLine)\n  log: \(failure.log)\n  again: "
          + "\(failure.command)\n")
    }
    if notMade == 0 { return }
    let rest = notMade - failures.count
    StandardError.write(
      "error: \(counted(failures.count, "cells")) failed"
        + (rest > 0 ? ", \(rest) more \(rest == 1 ? "was" : "were") not made" : "") + "\n")
    exit(1)
  }
}
