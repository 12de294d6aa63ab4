import ArgumentParser
import CommandSupport

/// Recovers the safety of a fine-tuned model from one example.
@main
struct RecoverSafety: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover-safety",
    abstract: "Recover a fine-tuned model's safety from one example, inside a rank-r subspace.",
    discussion: """
      Trains the r x r block C of W' = W + U C Vh only. The result is a LoRA adapter with \
      recovery.json, the log of its steps.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, of which one is used.", valueName: "file"))
  var example: String

  @Option(help: ArgumentHelp("Which example of the file is used, from 0.", valueName: "index"))
  var index = 0

  @Option(
    help: ArgumentHelp(
      "Subspace of the update: own (of the example's gradient), random, complement (of own), full "
        + "(no restriction), or a suture-spectra HDF5 file.",
      valueName: "own|random|complement|full|file"))
  var subspace: String

  @Option(help: ArgumentHelp("Rank of the update in each weight.", valueName: "rank"))
  var rank = 8

  @Option(help: ArgumentHelp("Number of steps.", valueName: "count"))
  var steps = 12

  @Option(help: ArgumentHelp("Size of a step.", valueName: "rate"))
  var learningRate = 1e-2

  @Option(help: "Rule that turns gradients into steps.")
  var optimizer = OptimizerName.adamw

  @Option(
    help: ArgumentHelp(
      "Stop once the loss is this small, in nats a token; the default is to take all steps.",
      valueName: "loss"))
  var stopLoss: Double?

  @Option(help: "What is written: a PEFT adapter, or the model with the update merged into it.")
  var save = SavedForm.adapter

  func validate() throws {
    try requirePath(example, flag: "--example")
    try requirePath(subspace, flag: "--subspace")
    try requireValue(index, in: 0...Int.max, flag: "--index")
    try requireValue(rank, in: 1...65536, flag: "--rank")
    try requireValue(steps, in: 1...1_000_000, flag: "--steps")
    try requireValue(learningRate, in: 0...1e6, flag: "--learning-rate")
    if let stopLoss { try requireValue(stopLoss, in: 0...1e6, flag: "--stop-loss") }
  }

  func run() throws {
    let inputs = [modelOptions.model, example, subspace] + modelOptions.adapters
    try outputOptions.write(as: .folder, inputs: inputs) { path in
    }
  }
}
