import ArgumentParser
import CommandSupport

/// Decomposes stored gradients into their spectra.
@main
struct DecomposeGradients: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompose-gradients",
    abstract: "Compute the exact singular values and vectors of stored gradients.",
    discussion: """
      Reads a suture-gradients HDF5 file and writes a suture-spectra one: all singular values, the \
      measures that follow from them, and the first singular vectors.
      """,
    version: toolVersion)

  @Argument(help: ArgumentHelp("Gradients, HDF5, from compute-gradients.", valueName: "gradients"))
  var gradients: String

  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(
    help: ArgumentHelp(
      "Number of singular vectors to store on each side; all singular values are stored anyway.",
      valueName: "count"))
  var rank = 64

  @Flag(help: "Store no singular vectors.")
  var noVectors = false

  func validate() throws {
    try requirePath(gradients, flag: "GRADIENTS")
    try requireValue(rank, in: 1...Int(Int32.max), flag: "--rank")
  }

  func run() throws {
    try outputOptions.write(as: .file, inputs: [gradients]) { path in
    }
  }
}
