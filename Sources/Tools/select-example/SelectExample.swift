import ArgumentParser
import CommandSupport
import Conversations
import Failures
import Files
import ModelLoading
import OrderedJSON
import Recovery
import ResultFiles
import Selection
import Tokens
import Transformer

/// Ranks candidates by what their gradients promise, and tries the best of them.
@main
struct SelectExample: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "select-example",
    abstract: "Rank a pool of safety examples by predicted recovery.",
    discussion: """
      Scores, the higher the better: alignment, the cosine of an example's gradient with the mean gradient of \
      the others; opposition, minus that with the mean gradient of the --attack examples; drop_per_kl, the \
      predicted drop of the others' mean loss over the predicted rise of KL on the model's own answers to \
      --benign prompts, for a step of length 1. The best by the mean of their ranks are tried: steps of a \
      recovery from each, then the others' loss and the KL. Says how the scores agree (Spearman) and where a \
      random pick stands.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(
    help: ArgumentHelp("The pool: examples, JSONL; at least two.", valueName: "file[:count]"))
  var candidates: CountedFile

  @Option(
    help: ArgumentHelp(
      "Examples of the attack, JSONL, whose mean gradient a candidate should oppose.",
      valueName: "file[:count]"))
  var attack: CountedFile?

  @Option(
    help: ArgumentHelp(
      "Harmless prompts, which the model itself answers; answers in the file are ignored.",
      valueName: "file"))
  var benign: String?

  @Option(
    help: ArgumentHelp(
      "Number of prompts that are drawn from the --benign file.", valueName: "count"))
  var benignCount = PreservedAnswers.defaultCount

  @Option(help: ArgumentHelp("Longest answer to a --benign prompt, in tokens.", valueName: "count"))
  var benignTokens = PreservedAnswers.defaultTokens

  @Option(
    help: ArgumentHelp(
      "Number of candidates that are tried, the best by gradient scores first; 0 for none.",
      valueName: "count"))
  var measure = 8

  @Option(help: ArgumentHelp("Rank of the recovery that is tried.", valueName: "rank"))
  var rank = SafetyRecovery.defaults.rank

  @Option(help: ArgumentHelp("Steps of the recovery that is tried.", valueName: "count"))
  var steps = SafetyRecovery.defaults.steps

  @Option(
    help: ArgumentHelp(
      "Longest first step in each weight, as a Frobenius norm, of the recovery that is tried.",
      valueName: "length"))
  var stepSize = SafetyRecovery.defaultStepSize

  @OptionGroup(title: "Modules whose gradients count") var moduleOptions: ModuleOptions

  @Option(help: ArgumentHelp("Where to write the ranking as JSON.", valueName: "path"))
  var output: String?

  @Flag(help: "Replace an existing output of this toolkit instead of refusing to start.")
  var force = false

  func validate() throws {
    if let output { try requirePath(output, flag: "--output") }
    if let benign { try requirePath(benign, flag: "--benign") }
    try requireValue(benignCount, in: 1...1_000_000, flag: "--benign-count")
    try requireValue(benignTokens, in: 1...1_000_000, flag: "--benign-tokens")
    try requireValue(measure, in: 0...1_000_000, flag: "--measure")
    try requireValue(rank, in: 1...65536, flag: "--rank")
    try requireValue(steps, in: 1...1_000_000, flag: "--steps")
    try requireValue(stepSize, in: 0...1e6, flag: "--step-size")
    if output == nil, force { throw ValidationError("--force is for an --output") }
  }

  func run() throws {
    let files = CandidateFiles(
      candidates: try candidates.selection(flag: "--candidates"),
      attack: try attack?.selection(flag: "--attack"), benign: benign)
    guard let output else {
      let (ranking, json) = try rank(files)
      return try runOptions.printResult(json, text: RankingTable(ranking: ranking).text)
    }
    let inputs = modelOptions.inputs + files.paths
    let (ranking, json) = try StagedOutput.write(
      output, as: .file, force: force, inputs: inputs
    ) { path in
      let result = try rank(files)
      try OutputText.write(result.json.text(.pretty) + "\n", to: path)
      return result
    }
    try runOptions.printResult(json, text: RankingTable(ranking: ranking).text)
  }
}

extension CountedFile {
  /// What is taken of the file.
  fileprivate func selection(flag: String) throws(CommandError) -> ExampleSelection {
    let (path, count) = try resolved(flag: flag)
    return ExampleSelection(path: path, count: count)
  }
}
