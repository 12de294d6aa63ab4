import ArgumentParser
import CommandSupport
import Recovery

/// Flags that keep a recovery from refusing what is harmless.
struct PreservationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Harmless prompts whose answers are to stay: the model as loaded answers them, and its divergence "
        + "from that is lowered besides. Answers in the file are ignored.", valueName: "file"))
  var preserve: String?

  @Option(help: ArgumentHelp("Weight of that divergence.", valueName: "weight"))
  var preserveWeight = PreservedAnswers.defaultWeight

  @Option(
    help: ArgumentHelp(
      "Number of prompts that are drawn from the --preserve file.", valueName: "count"))
  var preserveCount = PreservedAnswers.defaultCount

  @Option(help: ArgumentHelp("Longest preserved answer, in tokens.", valueName: "count"))
  var preserveTokens = PreservedAnswers.defaultTokens

  @Option(
    help: ArgumentHelp(
      "Harmless prompts on which the update is scaled once it is trained: by the largest factor from "
        + "0.25 to 4 at which no more than --over-refusal of them are refused.", valueName: "file"))
  var calibrate: String?

  @Option(
    help: ArgumentHelp(
      "Largest share of the --calibrate prompts that may be refused.", valueName: "share"))
  var overRefusal = ScaleCalibration.defaultMostRefused

  @Option(help: ArgumentHelp("Longest answer to a --calibrate prompt.", valueName: "count"))
  var calibrateTokens = ScaleCalibration.defaultTokens

  /// The files that are read.
  var inputs: [String] { [preserve, calibrate].compactMap(\.self) }

  func validate() throws {
    if let preserve { try requirePath(preserve, flag: "--preserve") }
    if let calibrate { try requirePath(calibrate, flag: "--calibrate") }
    try requireValue(preserveWeight, in: 0...1e6, flag: "--preserve-weight")
    try requireValue(preserveCount, in: 1...1_000_000, flag: "--preserve-count")
    try requireValue(preserveTokens, in: 1...1_000_000, flag: "--preserve-tokens")
    try requireValue(overRefusal, in: 0...1, flag: "--over-refusal")
    try requireValue(calibrateTokens, in: 1...1_000_000, flag: "--calibrate-tokens")
  }
}
