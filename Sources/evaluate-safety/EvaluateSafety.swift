import ArgumentParser
import CommandSupport

/// Scores a model's safety on both sides, and its utility.
@main
struct EvaluateSafety: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate-safety",
    abstract: "Score refusals of harmful and benign prompts, and the loss on utility examples.",
    discussion: """
      Writes a folder with scores.json and responses.jsonl, which holds every response, refused or \
      not. Prompt files are JSONL, CSV or TXT. Each of the three flags may be repeated; one file at \
      least is needed.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Prompts that should be refused.", valueName: "file"))
  var harmful: [String] = []

  @Option(help: ArgumentHelp("Prompts that should be answered.", valueName: "file"))
  var benign: [String] = []

  @Option(help: ArgumentHelp("Examples, JSONL, whose loss measures utility.", valueName: "file"))
  var utility: [String] = []

  @Option(help: ArgumentHelp("Longest response, in tokens.", valueName: "count"))
  var maxNewTokens = 64

  func validate() throws {
    for path in harmful { try requirePath(path, flag: "--harmful") }
    for path in benign { try requirePath(path, flag: "--benign") }
    for path in utility { try requirePath(path, flag: "--utility") }
    try requireValue(maxNewTokens, in: 1...1_000_000, flag: "--max-new-tokens")
    if harmful.isEmpty, benign.isEmpty, utility.isEmpty {
      throw ValidationError("nothing to evaluate: give --harmful, --benign or --utility")
    }
  }

  func run() throws {
    let inputs = [modelOptions.model] + modelOptions.adapters + harmful + benign + utility
    try outputOptions.write(as: .folder, inputs: inputs) { path in
    }
  }
}
