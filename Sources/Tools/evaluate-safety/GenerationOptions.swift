import ArgumentParser
import CommandSupport

/// Flags that say how answers are generated.
struct GenerationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Longest response, in tokens.", valueName: "count"))
  var maxNewTokens = 64

  @Option(help: ArgumentHelp("Number of responses generated together.", valueName: "count"))
  var batchSize = 128

  func validate() throws {
    try requireValue(batchSize, in: 1...65536, flag: "--batch-size")
    try requireValue(maxNewTokens, in: 1...1_000_000, flag: "--max-new-tokens")
  }
}
