import ArgumentParser
import CommandSupport
import Conversations
import Failures
import Files
import ModelLoading
import OrderedJSON
import Recovery
import ResultFiles
import Spectra
import Tokens
import Transformer

/// Recovers the safety of a fine-tuned model from one example.
@main
struct RecoverSafety: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover-safety",
    abstract: "Recover a fine-tuned model's safety from one example, inside a rank-r subspace.",
    discussion: """
      Trains the r x r block C of W' = W + U C Vh only. The result is a LoRA adapter with \
      recovery.json, the log of its steps. More steps buy refusals, and soon of harmless requests \
      too: keep several with --save-steps and score them on both sides.
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

  @Option(
    help: ArgumentHelp(
      "Rank of the update in each weight; of complement, the components that it leaves out.",
      valueName: "rank"))
  var rank = SafetyRecovery.defaults.rank

  @Option(
    help: ArgumentHelp(
      "Number of steps; with more of them the model refuses more, harmless requests included.",
      valueName: "count"))
  var steps = SafetyRecovery.defaults.steps

  @Option(
    help: ArgumentHelp(
      "Longest first step of AdamW in each weight, as a Frobenius norm: the learning rate is this "
        + "over the rank. The default is \(SafetyRecovery.defaultStepSize).",
      valueName: "length"))
  var stepSize: Double?

  @Option(
    help: ArgumentHelp(
      "Learning rate, in place of --step-size; the default with --subspace full is "
        + "\(SafetyRecovery.fullLearningRate).",
      valueName: "rate"))
  var learningRate: Double?

  @Option(help: "Rule that turns gradients into steps.")
  var optimizer = SafetyRecovery.defaults.optimizer

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
    try requireStepLength()
    if let last = saveSteps?.steps.max(), last > steps {
      throw ValidationError("--save-steps names step \(last), but --steps is \(steps)")
    }
    if isFull, save == .adapter {
      throw ValidationError("--subspace full changes every weight and has no adapter to save")
    }
    if let stopLoss { try requireValue(stopLoss, in: 0...1e6, flag: "--stop-loss") }
  }

  private func requireStepLength() throws {
    if let learningRate { try requireValue(learningRate, in: 0...1e6, flag: "--learning-rate") }
    guard let stepSize else { return }
    try requireValue(stepSize, in: 0...1e6, flag: "--step-size")
    if learningRate != nil {
      throw ValidationError("--step-size and --learning-rate exclude each other")
    }
    if isFull {
      throw ValidationError(
        "--step-size is a length over a rank, and the update of --subspace full has none: give "
          + "--learning-rate")
    }
  }

  func run() throws {
    let inputs = modelOptions.inputs + [example] + (named == nil ? [subspace] : [])
    let result = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try recover(writing: path)
    }
    try runOptions.printResult(
      [
        "output": .string(outputOptions.output), "steps": .integer(result.records.count),
        "final_loss": .number(result.finalLoss),
      ],
      text: "\(outputOptions.output): \(summary(result))\n")
  }

  private func summary(_ result: RecoveryResult) -> String {
    let after = "loss \(rounded: result.finalLoss) nats"
    guard let first = result.records.first else { return "no steps, \(after)" }
    return "\(counted(result.records.count, "steps")), \(after), from "
      + "\(rounded: first.training.loss) before them"
  }

  /// The choice that the flag names; nil for a spectra file.
  private var named: SubspaceChoice? {
    switch subspace {
    case "own": .own
    case "random": .random
    case "complement": .complement
    case "full": .full
    default: nil
    }
  }

  private var isFull: Bool { named?.isFull ?? false }

  private func recover(writing folder: String) throws -> RecoveryResult {
    let model = try modelOptions.open()
    let encoder = try model.encoderIfPresent()
    let loaded = try model.examples(
      example, encoder: encoder, limit: min(index, .max - 1) + 1, run: runOptions)
    guard loaded.examples.indices.contains(index) else {
      throw CommandError.invalidValue(
        flag: "--index", value: "\(index)", allowed: "0 to \(loaded.examples.count - 1)")
    }
    let settings = settings(try named ?? .stored(storedSubspaces(model)))
    let example = loaded.examples[index]
    let language = try model.load(
      for: [settings.workload(example.tokens.count, model.configuration)], quiet: runOptions.quiet)
    let subspaces = try naming(self.example) {
      try settings.subspaces(of: language, example: example)
    }
    for shortfall in subspaces?.shortfalls ?? [] { runOptions.note(shortfall) }
    let progress = Progress("recovery", total: steps, unit: "steps", quiet: runOptions.quiet)
    let result = try settings.run(
      language, example: example, in: subspaces
    ) { step, updates in
      progress.update(
        completed: step.training.step,
        note: "loss before the last step \(rounded: step.training.loss)")
      if saveSteps?.steps.contains(step.training.step) == true {
        try model.save(
          language, updates, as: savedForm,
          to: try OutputText.createFolder("step-\(step.training.step)", in: folder))
      }
    }
    progress.finish()
    try model.save(language, result.updates, as: savedForm, to: folder)
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    let log = RecoveryLog(
      result: result, settings: settings, subspace: subspace,
      exampleID: example.id, examplesSHA256: loaded.sha256)
    try OutputText.write(
      log.json(provenance: provenance.json).text(.pretty) + "\n", to: folder + "/recovery.json")
    return result
  }

  private var savedForm: SavedForm { save ?? (isFull ? .merged : .adapter) }

  private func settings(_ choice: SubspaceChoice) -> SafetyRecovery {
    SafetyRecovery(
      choice: choice, rank: rank, steps: steps, learningRate: learningRate,
      stepSize: stepSize ?? SafetyRecovery.defaultStepSize, optimizer: optimizer,
      stopLoss: stopLoss, seed: UInt64(runOptions.seed))
  }

  private func storedSubspaces(_ model: OpenedModel) throws -> ModuleMatrices {
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
        flag: "--spectrum", value: argument,
        allowed: exampleCount > 0 ? "mean or 0 to \(exampleCount - 1)" : "mean")
    }
  }
}
