import ArgumentParser
import CommandSupport
import Conversations
import Evaluation
import Failures
import Files
import ModelLoading
import OrderedJSON
import Recovery
import ResultFiles
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
      too: --preserve and --calibrate hold against that with harmless prompts alone; --save-steps keeps \
      several states to be scored on both sides.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, of which one or a few are used.", valueName: "file"))
  var example: String

  @Option(
    help: ArgumentHelp(
      "Which example of the file is used, from 0, or which ones, such as 0,3,4: their mean loss is "
        + "lowered.", valueName: "index"))
  var index = IndexList([0])

  @OptionGroup(title: "Subspace") var subspaceOptions: SubspaceOptions
  @OptionGroup(title: "Modules") var moduleOptions: ModuleOptions
  @OptionGroup(title: "Steps") var stepOptions: StepOptions
  @OptionGroup(title: "Harmless prompts") var preservationOptions: PreservationOptions

  @Option(
    help: ArgumentHelp(
      "What is written: a PEFT adapter (the default), or the model with the update merged into it "
        + "(the default, and the only form, with --subspace full).",
      valueName: "adapter|merged"))
  var save: SavedForm?

  func validate() throws {
    try requirePath(example, flag: "--example")
    if subspaceOptions.isFull, stepOptions.stepSize != nil {
      throw ValidationError(
        "--step-size is a length over a rank, and the update of --subspace full has none: give "
          + "--learning-rate")
    }
    if subspaceOptions.isFull, save == .adapter {
      throw ValidationError("--subspace full changes every weight and has no adapter to save")
    }
  }

  func run() throws {
    let inputs =
      modelOptions.inputs + [example] + subspaceOptions.inputs + preservationOptions.inputs
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

  private func recover(writing folder: String) throws -> RecoveryResult {
    let model = try modelOptions.open()
    let encoder = try model.encoderIfPresent()
    let (examples, sha256) = try examples(of: model, encoder)
    let settings = try settings(for: model)
    let options = preservationOptions
    let preserving = try options.preserve.map {
      try HarmlessPrompts(
        $0, count: options.preserveCount, seed: settings.seed, for: model, run: runOptions)
    }
    let calibrating = try options.calibrate.map {
      try HarmlessPrompts($0, seed: settings.seed, for: model, run: runOptions)
    }
    let language = try model.load(
      for: workloads(settings, examples, preserving, calibrating, model.configuration),
      quiet: runOptions.quiet)
    let preserved = try preserving?.preserved(
      newTokens: options.preserveTokens, weight: options.preserveWeight, language,
      quiet: runOptions.quiet)
    let result = try train(
      language, of: model, settings, examples, preserved, writing: folder)
    let calibration = try calibrating.map { try calibrate(result, language, on: $0) }
    try model.save(language, result.updates, as: savedForm, to: folder)
    var log = try RecoveryLog(
      result: result, settings: settings, moduleCount: model.configuration.linearModules.count)
    log.subspace = subspaceOptions.subspace
    log.exampleIDs = examples.map(\.id)
    log.examplesSHA256 = sha256
    log.avoided = subspaceOptions.avoid.map { ($0, subspaceOptions.avoidRank) }
    log.preservation = preserved.flatMap {
      preserving?.record($0, weight: options.preserveWeight)
    }
    log.calibration = calibration
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    try OutputText.write(
      log.json(provenance: provenance.json).text(.pretty) + "\n", to: folder + "/recovery.json")
    return result
  }

  private func examples(
    of model: OpenedModel, _ encoder: ConversationEncoder?
  ) throws -> (examples: [Example], sha256: String) {
    let last = index.indices.max() ?? 0
    let loaded = try model.examples(
      example, encoder: encoder, limit: min(last, .max - 1) + 1, run: runOptions)
    let examples = try index.indices.map { index in
      guard loaded.examples.indices.contains(index) else {
        throw CommandError.invalidValue(
          flag: "--index", value: "\(index)", allowed: "0 to \(loaded.examples.count - 1)")
      }
      return loaded.examples[index]
    }
    return (examples, loaded.sha256)
  }

  private func workloads(
    _ settings: SafetyRecovery, _ examples: [Example], _ preserving: HarmlessPrompts?,
    _ calibrating: HarmlessPrompts?, _ configuration: ModelConfiguration
  ) -> [Workload] {
    let context = configuration.contextLength
    let newTokens = min(preservationOptions.preserveTokens, context)
    let training = settings.workload(
      examples.map(\.tokens.count),
      preserving: (preserving?.lengths ?? []).map { ($0, newTokens) }, configuration)
    let answers = preserving.map {
      Workload.generation($0.lengths, newTokens: newTokens, batchSize: 64)
    }
    var scaled = calibrating.map {
      Workload.generation(
        $0.lengths, newTokens: min(preservationOptions.calibrateTokens, context), batchSize: 64)
    }
    scaled?.stateByteCount = training.stateByteCount
    return [training] + [answers, scaled].compactMap(\.self)
  }

  private func train(
    _ language: LanguageModel, of model: OpenedModel, _ settings: SafetyRecovery,
    _ examples: [Example], _ preserved: PreservedAnswers?, writing folder: String
  ) throws -> RecoveryResult {
    let subspaces = try naming(example) {
      try settings.subspaces(of: language, examples: examples)
    }
    for shortfall in subspaces?.shortfalls ?? [] { runOptions.note(shortfall) }
    let progress = Progress(
      "recovery", total: settings.steps, unit: "steps", quiet: runOptions.quiet)
    let result = try settings.run(
      language, examples: examples, preserving: preserved, in: subspaces
    ) { step, updates in
      progress.update(
        completed: step.training.step,
        note: "loss before the last step \(rounded: step.training.loss)")
      if stepOptions.saveSteps?.steps.contains(step.training.step) == true {
        try model.save(
          language, updates, as: savedForm,
          to: try OutputText.createFolder("step-\(step.training.step)", in: folder))
      }
    }
    progress.finish()
    if let norm = settings.updateNorm, !result.reachedNorm {
      runOptions.note(
        "the update did not reach the norm \(norm) in \(counted(result.records.count, "steps")); it is "
          + "\(rounded: result.records.last?.size.norm ?? 0)")
    }
    return result
  }

  private func calibrate(
    _ result: RecoveryResult, _ language: LanguageModel, on prompts: HarmlessPrompts
  ) throws -> RecoveryLog.Calibration {
    let options = preservationOptions
    let calibration = ScaleCalibration(mostRefused: options.overRefusal)
    let progress = Progress(
      "calibration", total: calibration.mostTrials, unit: "factors", quiet: runOptions.quiet)
    var tried = 0
    let outcome = try calibration.run { factor in
      result.scaleUpdate(by: factor)
      let counts = try prompts.refusals(language, newTokens: options.calibrateTokens) { _ in }
      tried += 1
      progress.update(
        completed: tried, note: "factor \(factor): \(counts.refused) of \(counts.count) refused")
      return counts
    }
    progress.finish()
    result.scaleUpdate(by: outcome.factor)
    if !outcome.isMet {
      runOptions.note(
        "at every factor more than \(options.overRefusal) of the prompts of \(prompts.set.name) are "
          + "refused; the update is scaled by the least, \(outcome.factor)")
    }
    return RecoveryLog.Calibration(
      outcome, mostRefused: options.overRefusal, newTokens: options.calibrateTokens,
      sha256: prompts.set.sha256)
  }

  private var savedForm: SavedForm { save ?? (subspaceOptions.isFull ? .merged : .adapter) }

  private func settings(for model: OpenedModel) throws -> SafetyRecovery {
    var settings = SafetyRecovery(
      choice: try subspaceOptions.choice(for: model), rank: subspaceOptions.rank,
      steps: stepOptions.stepCount, learningRate: stepOptions.learningRate,
      stepSize: stepOptions.stepSize ?? SafetyRecovery.defaultStepSize,
      optimizer: stepOptions.optimizer, stopLoss: stepOptions.stopLoss,
      seed: UInt64(runOptions.seed))
    settings.modules = try moduleOptions.modules(of: model)
    settings.avoided = try subspaceOptions.avoided(for: model)
    settings.sides = subspaceOptions.sides
    settings.refreshInterval = subspaceOptions.refresh
    settings.updateNorm = stepOptions.updateNorm
    return settings
  }
}
