import CommandSupport
import Failures
import Glibc
import LinearAlgebra
import Sweeps

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
  /// - Returns: How it went.
  /// - Throws: `CellStore.Fault`; `Impossible` when nothing more can be made.
  func make(
    _ cells: [SweepCell], of plan: SweepPlan, _ found: SweepStatus, _ store: CellStore,
    _ tools: ToolFolder
  ) throws -> SweepEngine.Summary {
    try store.keep(sweep: plan.file.path)
    run.warn(found.damaged.map { "\($0.cell.label) is made again: it \($0.reason)" })
    let jobs = options.jobCount
    let runner = CellRunner(
      plan: plan, store: store, tools: tools, threads: max(1, run.threadCount / jobs),
      blas: blasDescription)
    let engine = SweepEngine(
      cells, runner: runner, status: found, jobs: jobs, keepsGoing: options.keepGoing)
    let display = SweepDisplay(quiet: run.quiet)
    Interruption.beforeEnding { _ in engine.interrupt() }
    engine.start()
    while !engine.isFinished {
      display.show(engine.takeEvents(), engine.snapshot)
      usleep(100_000)
    }
    // Whoever has stopped the engine ends the process.
    if engine.children.isEnding { sleep(60) }
    Interruption.beforeEnding(nil)
    display.show(engine.takeEvents(), engine.snapshot)
    display.finish()
    let summary = engine.summary
    if let reason = summary.impossible { throw Impossible(description: reason) }
    return summary
  }

  /// Nothing more can be made, whichever cell is tried.
  struct Impossible: Failure {
    let description: String
    var kind: FailureKind { .inputOutput }
  }
}

extension SweepEngine.Summary {
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
