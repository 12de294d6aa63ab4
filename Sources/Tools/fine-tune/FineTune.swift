import ArgumentParser
import CommandSupport
import Failures
import ModelLoading
import OrderedJSON
import Recovery

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

  @Option(help: "What is trained: every parameter of the model, or an adapter.")
  var method: Method

  @Option(help: ArgumentHelp("Rank of the adapter with --method lora.", valueName: "rank"))
  var loraRank = FineTuning.defaultLoRARank

  @Option(help: ArgumentHelp("Number of passes over the examples.", valueName: "count"))
  var epochs = FineTuning.defaults.epochs

  @Option(help: ArgumentHelp("Number of examples a step.", valueName: "count"))
  var batchSize = FineTuning.defaults.batchSize

  @Option(help: ArgumentHelp("Size of a step.", valueName: "rate"))
  var learningRate = FineTuning.defaults.learningRate

  @Option(help: "Rule that turns gradients into steps.")
  var optimizer = FineTuning.defaults.optimizer

  @Option(
    help: ArgumentHelp(
      "Scale of the adapter times its rank, with --method lora; the default is twice the rank.",
      valueName: "alpha"))
  var loraAlpha: Double?

  @Option(help: "Course of the step size: constant, or falling linearly to zero.")
  var schedule = FineTuning.defaults.schedule

  @Option(help: ArgumentHelp("Decoupled weight decay.", valueName: "rate"))
  var weightDecay = FineTuning.defaults.weightDecay

  @Option(
    help: ArgumentHelp(
      "What is written: a PEFT adapter (the default with lora), or the model with the update "
        + "merged into it (the default with full).",
      valueName: "adapter|merged"))
  var save: SavedForm?

  @Option(help: "Type of the numbers of a saved adapter: f32, or f16 or bf16 for half the size.")
  var adapterType = AdapterType.f32

  func validate() throws {
    try requirePath(examples, flag: "--examples")
    try requireValue(loraRank, in: 1...65536, flag: "--lora-rank")
    try requireValue(epochs, in: 1...1_000_000, flag: "--epochs")
    try requireValue(batchSize, in: 1...1_000_000, flag: "--batch-size")
    try requireValue(learningRate, in: 0...1e6, flag: "--learning-rate")
    try requireValue(weightDecay, in: 0...1e6, flag: "--weight-decay")
    if let loraAlpha { try requireValue(loraAlpha, in: 0...1e6, flag: "--lora-alpha") }
    if method == .full, save == .adapter {
      throw ValidationError("--method full changes every weight and has no adapter to save")
    }
  }

  func run() throws {
    let inputs = modelOptions.inputs + [examples]
    let steps = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try train(writing: path)
    }
    let loss = steps.last?.loss ?? .nan
    try runOptions.printResult(
      [
        "output": .string(outputOptions.output), "steps": .integer(steps.count),
        "final_batch_loss": .number(loss),
      ],
      text: "\(outputOptions.output): \(counted(steps.count, "steps")), loss of the last batch "
        + "before its step \(rounded: loss) nats\n")
  }

  private func train(writing folder: String) throws -> [TrainingStep] {
    let model = try modelOptions.open()
    let encoder = try model.encoderIfPresent()
    let loaded = try model.examples(examples, encoder: encoder, run: runOptions)
    let tuning = settings
    let language = try model.load(
      for: [tuning.workload(loaded.lengths, model.configuration)], quiet: runOptions.quiet)
    let progress = Progress(
      "fine-tuning", total: tuning.stepCount(exampleCount: loaded.examples.count), unit: "steps",
      quiet: runOptions.quiet)
    var steps: [TrainingStep] = []
    let updates = try tuning.run(language, examples: loaded.examples) { step in
      steps.append(step)
      progress.update(completed: step.step, note: "loss before the last step \(rounded: step.loss)")
    }
    progress.finish()
    try model.save(
      language, updates, as: save ?? (method == .full ? .merged : .adapter),
      elementType: adapterType.type,
      to: folder)
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    try TrainingLog.write(
      steps, examples: loaded, provenance: provenance, to: folder + "/training.json")
    return steps
  }

  private var settings: FineTuning {
    FineTuning(
      method: method == .full
        ? .full
        : .lora(
          rank: loraRank,
          alpha: loraAlpha.map { Float($0) } ?? FineTuning.defaultLoRAAlpha(rank: loraRank)),
      epochs: epochs, batchSize: batchSize, learningRate: learningRate,
      schedule: schedule, optimizer: optimizer, weightDecay: weightDecay,
      seed: UInt64(runOptions.seed))
  }
}

extension FineTuning.Schedule: ExpressibleByArgument {}

extension FineTune {
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case full
    case lora
  }
}
