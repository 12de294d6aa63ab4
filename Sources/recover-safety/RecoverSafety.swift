import ArgumentParser
import CommandSupport
import Examples
import OrderedJSON
import Recovery
import Spectra
import Transformer

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

  @Option(
    help: ArgumentHelp(
      "What is written: a PEFT adapter (the default), or the model with the update merged into it "
        + "(the default, and the only form, with --subspace full).",
      valueName: "adapter|merged"))
  var save: SavedForm?

  @Option(
    help: ArgumentHelp(
      "Steps after which the state is written as well, to step-N inside the output, such as 1,2,4.",
      valueName: "list"))
  var saveSteps: StepList?

  @Option(
    help: ArgumentHelp(
      "Which example of a spectra file gives the subspace: an index from 0, or mean.",
      valueName: "index|mean"))
  var spectrum = "mean"

  @Flag(
    help: ArgumentHelp(
      "Take the subspace from a spectra file of another model of the same shape, such as the model "
        + "before the attack, instead of refusing it."))
  var allowOtherModel = false

  func validate() throws {
    try requirePath(example, flag: "--example")
    try requirePath(subspace, flag: "--subspace")
    try requireValue(index, atLeast: 0, flag: "--index")
    try requireValue(rank, in: 1...65536, flag: "--rank")
    try requireValue(steps, in: 1...1_000_000, flag: "--steps")
    try requireValue(learningRate, in: 0...1e6, flag: "--learning-rate")
    if let last = saveSteps?.steps.max(), last > steps {
      throw ValidationError("--save-steps names step \(last), but --steps is \(steps)")
    }
    if choice == .full, save == .adapter {
      throw ValidationError("--subspace full changes every weight and has no adapter to save")
    }
    if let stopLoss { try requireValue(stopLoss, in: 0...1e6, flag: "--stop-loss") }
  }

  func run() throws {
    let inputs =
      [modelOptions.model, example] + modelOptions.adapters + (choice == .file ? [subspace] : [])
    let result = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try recover(writing: path)
    }
    try runOptions.printResult(
      [
        "output": .string(outputOptions.output), "steps": .integer(result.records.count),
        "final_loss": .number(result.finalLoss),
      ],
      text:
        "\(outputOptions.output): \(result.records.count) steps, loss \(result.finalLoss) nats\n")
  }

  private var choice: SubspaceChoice {
    switch subspace {
    case "own": .own
    case "random": .random
    case "complement": .complement
    case "full": .full
    default: .file
    }
  }

  private func recover(writing folder: String) throws -> RecoveryResult {
    let model = try modelOptions.open()
    let encoder = try model.encoderIfPresent()
    let loaded = try model.examples(example, encoder: encoder, limit: index + 1)
    guard loaded.sequences.indices.contains(index) else {
      throw CommandError.invalidValue(
        flag: "--index", value: "\(index)", allowed: "0 to \(loaded.sequences.count - 1)")
    }
    let stored = choice == .file ? try storedSubspaces(model) : []
    let example = loaded.sequences[index]
    let language = try model.load(
      for: [settings.workload(example.tokens.count, model.configuration)], quiet: runOptions.quiet)
    let progress = Progress("recovery", total: steps, unit: "steps", quiet: runOptions.quiet)
    let result = try settings.run(
      language, example: example, stored: stored
    ) { step, updates in
      progress.update(completed: step.training.step, note: "loss \(rounded: step.training.loss)")
      if saveSteps?.steps.contains(step.training.step) == true {
        try model.save(
          language, updates, as: savedForm,
          to: try OutputFolder.create("step-\(step.training.step)", in: folder))
      }
    }
    progress.finish()
    try model.save(language, result.updates, as: savedForm, to: folder)
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    let log = RecoveryLog(
      result: result, settings: settings, subspace: subspace,
      exampleID: loaded.examples[index].id, examplesSHA256: loaded.sha256)
    try OutputText.write(
      log.json(provenance: provenance.json).text(.pretty) + "\n", to: folder + "/recovery.json")
    return result
  }

  private var savedForm: SavedForm { save ?? (choice == .full ? .merged : .adapter) }

  private var settings: SafetyRecovery {
    SafetyRecovery(
      choice: choice, rank: rank, steps: steps, learningRate: learningRate,
      optimizer: optimizer.kind, stopLoss: stopLoss, seed: UInt64(runOptions.seed))
  }

  private func storedSubspaces(
    _ model: OpenedModel
  ) throws -> [(module: LinearModule, subspace: Subspace)] {
    let file = try SpectraFile(opening: subspace)
    let source = try SpectrumSource(argument: spectrum, exampleCount: file.examples.count)
    return try StoredSubspaces(file, source: source, rank: rank).read(
      for: model.configuration,
      fingerprint: allowOtherModel ? nil : try model.fingerprint())
  }
}

extension SpectrumSource {
  init(argument: String, exampleCount: Int) throws(CommandError) {
    if argument == "mean" {
      self = .mean
    } else if let index = Int(argument), (0..<exampleCount).contains(index) {
      self = .example(index)
    } else {
      throw .invalidValue(
        flag: "--spectrum", value: argument, allowed: "mean or 0 to \(exampleCount - 1)")
    }
  }
}
