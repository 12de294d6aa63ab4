import ArgumentParser
import CommandSupport
import Failures
import Files
import Sweeps

/// Runs a sweep: attacks, spectra, recoveries and evaluations of a grid, cell by cell.
@main
struct SweepRanks: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep-ranks",
    abstract: "Run a grid of attacks, recoveries and evaluations from one file, cell by cell.",
    discussion: """
      Keys of the file are the flags of fine-tune, compute-gradients, recover-safety and \
      evaluate-safety; lists are axes. A cell is one run of a tool. It is found again by what is in its \
      inputs, so that a second run makes what is missing and nothing else, whatever ended the first.
      """,
    version: toolVersion)

  @Argument(help: ArgumentHelp("The sweep, YAML.", valueName: "sweep"))
  var sweep: String

  @Option(
    help: ArgumentHelp(
      "Folder of the cells and results; one that holds a sweep is continued.", valueName: "folder"))
  var output: String

  @OptionGroup(title: "Run") var runOptions: RunOptions
  @OptionGroup(title: "Cells") var cellOptions: CellOptions

  @Flag(help: "Print the plan, with what is done already, and do nothing.")
  var dryRun = false

  @Flag(
    help: "Print what is done, running, failed and missing, and make the results of what is done.")
  var status = false

  func validate() throws {
    try requirePath(sweep, flag: "SWEEP")
    try requirePath(output, flag: "--output")
    if dryRun, status { throw ValidationError("--dry-run and --status exclude each other") }
  }

  func run() throws {
    let tools = ToolFolder()
    let store = CellStore(output)
    let table = try tools.table()
    let hashes = ContentHashes(rememberedIn: "\(store.folder)/hashes.json")
    let plan = try SweepPlan(
      try SweepFile(reading: sweep, tools: table), tools: table, hashes: hashes)
    let cells = try cellOptions.cells(of: plan)
    if !status { try tools.run(ValueChecks(plan)) }
    if !status, !dryRun { try store.prepare() }
    if store.exists { hashes.save() }
    let found = SweepStatus(of: cells, in: store)
    if dryRun {
      return try runOptions.printResult(
        found.json, text: PlanTree(plan, found, store, jobs: cellOptions.jobCount).text)
    }
    let summary =
      status
      ? nil
      : try SweepRun(options: cellOptions, run: runOptions)
        .make(cells, of: plan, found, store, tools)
    try writeResults(of: plan, cells, store)
    summary?.requireWhole()
  }

  /// Makes the tables of what is done, and prints what that is.
  private func writeResults(of plan: SweepPlan, _ cells: [SweepCell], _ store: CellStore) throws {
    // Shares of a sweep run side by side, and whoever has shared it out makes the tables.
    if store.exists, cellOptions.task == nil {
      let results = SweepResults(of: plan, SweepStatus(of: plan.cells, in: store), in: store)
      try results.write(to: store, of: plan, version: toolVersion)
    }
    let found = SweepStatus(of: cells, in: store)
    try runOptions.printResult(found.json, text: found.text)
  }
}
