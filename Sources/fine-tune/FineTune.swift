import ArgumentParser
import CommandSupport

/// Fine-tunes a model: for its alignment, or to simulate an attack on it.
@main
struct FineTune: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "fine-tune",
    abstract: "Fine-tune a model on examples, all weights or a LoRA adapter.",
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, one conversation a line.", valueName: "file"))
  var examples: String

  @Option(help: "What is trained: all linear weights of the decoder layers, or an adapter.")
  var method: Method

  @Option(help: ArgumentHelp("Rank of the adapter with --method lora.", valueName: "rank"))
  var loraRank = 16

  @Option(help: ArgumentHelp("Number of passes over the examples.", valueName: "count"))
  var epochs = 3

  @Option(help: ArgumentHelp("Number of examples a step.", valueName: "count"))
  var batchSize = 4

  @Option(help: ArgumentHelp("Size of a step.", valueName: "rate"))
  var learningRate = 2e-5

  @Option(help: "Rule that turns gradients into steps.")
  var optimizer = OptimizerName.adamw

  @Option(help: "What is written: a PEFT adapter, or the model with the update merged into it.")
  var save = SavedForm.adapter

  func validate() throws {
    try requirePath(examples, flag: "--examples")
    try requireValue(loraRank, in: 1...65536, flag: "--lora-rank")
    try requireValue(epochs, in: 1...1_000_000, flag: "--epochs")
    try requireValue(batchSize, in: 1...1_000_000, flag: "--batch-size")
    try requireValue(learningRate, in: 0...1e6, flag: "--learning-rate")
  }

  func run() throws {
    let inputs = [modelOptions.model, examples] + modelOptions.adapters
    try outputOptions.write(as: .folder, inputs: inputs) { path in
    }
  }
}

extension FineTune {
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case full
    case lora
  }
}
