import ArgumentParser
import CommandSupport

/// Computes the gradient factors of examples and writes them as HDF5.
@main
struct ComputeGradients: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute-gradients",
    abstract: "Compute the loss gradients of a model's linear layers, one set an example.",
    discussion: """
      Writes the factors X and D of every gradient G = D'X, never G itself, as a suture-gradients \
      HDF5 file.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, one conversation a line.", valueName: "file"))
  var examples: String

  @Option(
    help: ArgumentHelp("Layers to keep, such as 0-3,7; the default is all.", valueName: "list"))
  var layers: LayerSelection?

  @Option(
    help: ArgumentHelp(
      "Projections to keep, such as q_proj,down_proj; the default is all.", valueName: "list"))
  var projections: NameList?

  @Option(
    help: ArgumentHelp(
      "Number of examples to read from the beginning of the file; the default is all.",
      valueName: "count"))
  var limit: Int?

  func validate() throws {
    try requirePath(examples, flag: "--examples")
    if let limit { try requireValue(limit, in: 1...Int.max, flag: "--limit") }
  }

  func run() throws {
    let inputs = [modelOptions.model, examples] + modelOptions.adapters
    try outputOptions.write(as: .file, inputs: inputs) { path in
    }
  }
}
