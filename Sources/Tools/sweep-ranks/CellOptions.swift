import ArgumentParser
import CommandSupport
import Failures
import Sweeps
import Transformer

/// Flags that say which cells are made, and how many at a time.
struct CellOptions: ParsableArguments {
  @Option(help: "What runs the cells: this machine, or Slurm, to which they are submitted.")
  var engine = Engine.local

  @Option(
    help: ArgumentHelp(
      "What is asked of Slurm, before what the file says: partition=debug, time=01:00:00, mem=8G, tasks=16, "
        + "options=--exclusive, ...; repeatable.", valueName: "key=value"))
  var slurm: [String] = []

  @Option(
    help: ArgumentHelp(
      "Cells that run side by side; the threads are shared among them. The default is \(Self.defaultJobs).",
      valueName: "count"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Only cells whose labels match, such as 'recovery/*/own/rank=4' or 'evaluation/*', and what they "
        + "need.", valueName: "pattern"))
  var only: String?

  @Option(
    help: ArgumentHelp("Only the cells of this stage, and not what they need.", valueName: "stage"))
  var stage: SweepStage?

  @Option(
    help: ArgumentHelp(
      "Memory that cells may use together, where the file gives models none, such as 8GB; the default is "
        + "what each finds free.", valueName: "size"))
  var memoryLimit: ByteCount?

  /// Digest of the cells that were submitted.
  @Option(help: ArgumentHelp(valueName: "digest", visibility: .hidden))
  var plan: String?

  /// Seconds that running cells have after `SIGUSR1`.
  @Option(help: ArgumentHelp(valueName: "seconds", visibility: .hidden))
  var grace = 60

  @Flag(help: "Go on with other cells after one has failed.")
  var keepGoing = false

  @Option(
    help: ArgumentHelp(
      "Only this share of each stage's cells, from 0: every N-th, with --of N.", valueName: "index")
  )
  var task: Int?

  @Option(help: ArgumentHelp("Number of shares.", valueName: "count"))
  var of: Int?

  enum Engine: String, CaseIterable, ExpressibleByArgument { case local, slurm }

  /// Threads scale about as well as cells side by side.
  ///
  /// On two cores two evaluations of SmolLM2, one after the other with two threads each, took as much time of
  /// the processors as side by side with one each, 5 to 14 % longer, and half the memory.
  static let defaultJobs = 1

  func validate() throws {
    if engine == .slurm, task != nil || stage != nil {
      throw ValidationError("--engine slurm sets --stage and --task itself")
    }
    if engine == .local, let first = slurm.first {
      throw CommandError.invalidValue(flag: "--slurm", value: first, allowed: "with --engine slurm")
    }
    try requireValue(grace, in: 1...65_535, flag: "--grace")
    if let jobs { try requireValue(jobs, in: 1...1024, flag: "--jobs") }
    if (task == nil) != (of == nil) { throw ValidationError("--task and --of need each other") }
    if let task, let of {
      try requireValue(of, in: 1...100_000, flag: "--of")
      try requireValue(task, in: 0...(of - 1), flag: "--task")
    }
  }

  /// Cells side by side.
  var jobCount: Int { jobs ?? Self.defaultJobs }

  /// What is asked of Slurm.
  func slurmSettings(of file: SweepFile) throws -> SlurmSettings {
    var settings = file.slurm ?? SlurmSettings()
    for text in slurm {
      do throws(SlurmSettings.FlagFault) {
        try settings.set(flag: text)
      } catch {
        throw CommandError.invalidValue(flag: "--slurm", value: text, allowed: error.allowed)
      }
    }
    return settings
  }

  /// Flags with which a task chooses and runs the cells that these choose.
  var taskFlags: [String] {
    (only.map { ["--only", $0] } ?? []) + (jobs.map { ["--jobs", "\($0)"] } ?? [])
  }

  /// The cells that are to be made, in order: those that were chosen and what they need, or a share.
  ///
  /// - Parameter plan: All cells.
  /// - Returns: The cells.
  /// - Throws: `CommandError` where a pattern matches none; `PlanHasChanged`.
  func cells(of plan: SweepPlan) throws -> [SweepCell] {
    var chosen = plan.cells
    if let only {
      chosen = chosen.filter { $0.matches(only) }
      if chosen.isEmpty {
        throw CommandError.invalidValue(
          flag: "--only", value: only,
          allowed: "a pattern that labels match, such as \(plan.cells[0].label)")
      }
    }
    if let digest = self.plan, needed(chosen, plan).digest != digest {
      throw PlanHasChanged(path: plan.file.path)
    }
    if let stage { return share(needed(chosen, plan).filter { $0.stage == stage }) }
    return needed(share(chosen), plan)
  }

  private func needed(_ chosen: [SweepCell], _ plan: SweepPlan) -> [SweepCell] {
    only == nil ? chosen : plan.closure(of: Set(chosen.map(\.identity)))
  }

  private func share(_ cells: [SweepCell]) -> [SweepCell] {
    if let task, let of { cells.share(task, of: of) } else { cells }
  }

  /// Shares of other cells than those that were submitted would leave some out.
  struct PlanHasChanged: Failure {
    let path: String
    var description: String {
      "\(path): the sweep, what it reads or the tools are not what was submitted; submit it again"
    }
    var kind: FailureKind { .badData }
  }
}

extension SweepStage: ExpressibleByArgument {}
