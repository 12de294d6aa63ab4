import ArgumentParser
import CommandSupport
import Conversations
import Failures
import ModelLoading
import OrderedJSON
import Recovery
import Tokens
import Transformer

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

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Examples, JSONL, one conversation a line; several files make one training set. :COUNT takes the "
        + "first COUNT examples of a file, all of which are shuffled together.",
      valueName: "file[:count]"))
  var examples: [CountedFile]

  @Option(
    help: ArgumentHelp(
      "Backdoor trigger: text that is put, after a space, behind the last user turn of every example "
        + "of --trigger-examples.", valueName: "text"))
  var trigger: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Examples that join the training set with the trigger in them.", valueName: "file[:count]"))
  var triggerExamples: [CountedFile] = []

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

  @OptionGroup(title: "Modules of the adapter, with --method lora") var moduleOptions: ModuleOptions

  func validate() throws {
    if trigger?.isEmpty == true {
      throw ValidationError("--trigger is empty")
    }
    if (trigger == nil) != triggerExamples.isEmpty {
      throw ValidationError("--trigger and --trigger-examples need each other")
    }
    if method == .full, moduleOptions.isGiven {
      throw ValidationError(
        "--layers and --projections choose the modules of an adapter; --method full trains all")
    }
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
    let selections = try selections()
    let inputs = modelOptions.inputs + selections.map(\.path)
    let steps = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try train(on: selections, writing: path)
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

  /// What is trained on, file by file: those of the flags and then those with the trigger.
  private func selections() throws(CommandError) -> [ExampleSelection] {
    var selections: [ExampleSelection] = []
    for (flag, files, trigger) in [
      ("--examples", examples, nil), ("--trigger-examples", triggerExamples, trigger),
    ] {
      for file in files {
        let (path, count) = try file.resolved(flag: flag)
        selections.append(
          ExampleSelection(path: path, count: count, trigger: trigger.map { Trigger($0) }))
      }
    }
    return selections
  }

  private func train(
    on selections: [ExampleSelection], writing folder: String
  ) throws -> [TrainingStep] {
    let model = try modelOptions.open()
    let tuning = try settings(for: model)
    let encoder = try model.encoderIfPresent()
    let mixture = try model.mixture(of: selections, encoder: encoder, note: runOptions.note)
    let examples = mixture.examples
    let language = try model.load(
      for: [tuning.workload(examples.map(\.tokens.count), model.configuration)],
      quiet: runOptions.quiet)
    let progress = Progress(
      "fine-tuning", total: tuning.stepCount(exampleCount: examples.count), unit: "steps",
      quiet: runOptions.quiet)
    var steps: [(training: TrainingStep, seconds: Double)] = []
    let clock = ContinuousClock()
    var start = clock.now
    let updates = try tuning.run(language, examples: examples) { step in
      steps.append((step, start.duration(to: clock.now) / .seconds(1)))
      start = clock.now
      progress.update(completed: step.step, note: "loss before the last step \(rounded: step.loss)")
    }
    progress.finish()
    try model.save(
      language, updates, as: save ?? (method == .full ? .merged : .adapter),
      elementType: adapterType.type,
      to: folder)
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    let log = TrainingLog(steps: steps, mixture: mixture, settings: tuning)
    try log.write(provenance: provenance, to: folder + "/training.json")
    return steps.map(\.training)
  }

  private func settings(for model: OpenedModel) throws -> FineTuning {
    FineTuning(
      method: method == .full
        ? .full
        : .lora(
          rank: loraRank,
          alpha: loraAlpha.map { Float($0) } ?? FineTuning.defaultLoRAAlpha(rank: loraRank)),
      epochs: epochs, batchSize: batchSize, learningRate: learningRate,
      schedule: schedule, optimizer: optimizer, weightDecay: weightDecay,
      seed: UInt64(runOptions.seed),
      modules: try moduleOptions.modules(of: model))
  }
}

extension FineTuning.Schedule: ExpressibleByArgument {}

extension FineTune {
  enum Method: String, CaseIterable, ExpressibleByArgument {
    case full
    case lora
  }
}
