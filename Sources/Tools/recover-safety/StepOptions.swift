import ArgumentParser
import CommandSupport
import Recovery

/// Flags that say how far an update goes.
struct StepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of steps at most; with more of them the model refuses more, harmless requests included. "
        + "The default is \(SafetyRecovery.defaults.steps), with --update-norm "
        + "\(SafetyRecovery.mostStepsToNorm).",
      valueName: "count"))
  var steps: Int?

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
      "Stop once the examples' loss is this small, in nats a token; the default is to take all steps.",
      valueName: "loss"))
  var stopLoss: Double?

  @Option(
    help: ArgumentHelp(
      "Stop once the update over all weights has this Frobenius norm; the last step is shortened to meet "
        + "it.", valueName: "norm"))
  var updateNorm: Double?

  @Option(
    help: ArgumentHelp(
      "Steps after which the state is written as well, to step-N inside the output, such as 1,2,4.",
      valueName: "list"))
  var saveSteps: StepList?

  /// Steps at most.
  var stepCount: Int {
    steps ?? (updateNorm == nil ? SafetyRecovery.defaults.steps : SafetyRecovery.mostStepsToNorm)
  }

  func validate() throws {
    try requireValue(stepCount, in: 1...1_000_000, flag: "--steps")
    if let learningRate { try requireValue(learningRate, in: 0...1e6, flag: "--learning-rate") }
    if let stepSize { try requireValue(stepSize, in: 0...1e6, flag: "--step-size") }
    if learningRate != nil, stepSize != nil {
      throw ValidationError("--step-size and --learning-rate exclude each other")
    }
    if let last = saveSteps?.steps.max(), last > stepCount {
      throw ValidationError("--save-steps names step \(last), but --steps is \(stepCount)")
    }
    if let stopLoss { try requireValue(stopLoss, in: 0...1e6, flag: "--stop-loss") }
    if let updateNorm { try requireValue(updateNorm, in: 1e-9...1e9, flag: "--update-norm") }
  }
}
