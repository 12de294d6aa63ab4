import ArgumentParser
import CommandSupport
import Failures
import Files
import OrderedJSON
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
    // What was submitted has been checked.
    if !status, cellOptions.plan == nil { try tools.run(ValueChecks(plan)) }
    let settings = try cellOptions.slurmSettings(of: plan.file)
    if !status, !dryRun { try store.prepare() }
    if store.exists { hashes.save() }
    let found = SweepStatus(of: cells, in: store)
    if dryRun {
      return try runOptions.printResult(
        found.json, text: PlanTree(plan, found, store, jobs: cellOptions.jobCount).text)
    }
    if status { return try writeResults(of: plan, cells, store) }
    if cellOptions.engine == .slurm {
      let submission = SlurmSubmission(
        plan, cells, in: store, settings: settings, client: SlurmClient())
      return try submit(submission, found, store, tools)
    }
    let (summary, wasStopped) = try SweepRun(options: cellOptions, run: runOptions)
      .make(cells, of: plan, found, store, tools)
    try writeResults(of: plan, cells, store)
    if wasStopped { summary.requeueIfStopped() }
    summary.requireWhole()
  }

  /// Submits what is missing, and prints the jobs.
  private func submit(
    _ submission: SlurmSubmission, _ found: SweepStatus, _ store: CellStore, _ tools: ToolFolder
  ) throws {
    try store.keep(sweep: sweep)
    let command = SlurmSubmission.Command(
      executable: FileNames.real("/proc/self/exe") ?? CommandLine.arguments[0],
      flags: cellOptions.taskFlags + (runOptions.quiet ? ["--quiet"] : []))
    let jobs = try submission.submit(found, command: command, tools: tools) { runOptions.note($0) }
    try runOptions.printResult(jobs.json, text: jobs.text)
  }

  /// Makes the tables of what is done, and prints what that is.
  private func writeResults(of plan: SweepPlan, _ cells: [SweepCell], _ store: CellStore) throws {
    // Shares of a sweep run side by side, and whoever has shared it out makes the tables.
    if store.exists, cellOptions.task == nil, cellOptions.stage == nil {
      let results = SweepResults(of: plan, SweepStatus(of: plan.cells, in: store), in: store)
      try results.write(to: store, of: plan, version: toolVersion)
    }
    let found = SweepStatus(of: cells, in: store)
    let slurm = status ? SlurmStatus(of: cells, found, in: store, client: SlurmClient()) : nil
    var members = found.json.objectValue ?? JSONObject()
    if let slurm { members["slurm"] = slurm.json }
    try runOptions.printResult(.object(members), text: found.text + (slurm?.text ?? ""))
  }
}
