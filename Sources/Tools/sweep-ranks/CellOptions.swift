import ArgumentParser
import CommandSupport
import Sweeps

/// Flags that say which cells are made, and how many at a time.
struct CellOptions: ParsableArguments {
  @Option(help: "What runs the cells: this machine, or Slurm.")
  var engine = Engine.local

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
    if engine == .slurm {
      throw ValidationError("--engine slurm is not there yet; --task and --of share a sweep out")
    }
    if let jobs { try requireValue(jobs, in: 1...1024, flag: "--jobs") }
    if (task == nil) != (of == nil) { throw ValidationError("--task and --of need each other") }
    if let task, let of {
      try requireValue(of, in: 1...100_000, flag: "--of")
      try requireValue(task, in: 0...(of - 1), flag: "--task")
    }
  }

  /// Cells side by side.
  var jobCount: Int { jobs ?? Self.defaultJobs }

  /// The cells that were chosen, and those that they need.
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
    if let task, let of { chosen = chosen.share(task, of: of) }
    return only == nil ? chosen : plan.closure(of: Set(chosen.map(\.identity)))
  }
}
