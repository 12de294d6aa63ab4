import ArgumentParser
import CommandSupport
import OrderedJSON
import Verification

/// Compares small models of every architecture with stored values of PyTorch.
@main
struct CheckParity: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-parity",
    abstract: "Compare models with what PyTorch computed of them in float64.",
    discussion: """
      Every folder in the given one is a model in the Hugging Face layout with expected.json and \
      expected.safetensors. Ends with an error when a deviation exceeds its tolerance.
      """,
    version: toolVersion)

  @Argument(help: "Folder of models with reference values.") var folder: String
  @OptionGroup(title: "Run") var runOptions: RunOptions

  func validate() throws { try requirePath(folder, flag: "FOLDER") }

  func run() throws {
    let parities = try Parity.names(in: folder).map { name in
      try Parity(ofModelAt: "\(folder)/\(name)", name: name)
    }
    try runOptions.printResult(parities.json, text: parities.markdown)
    try parities.flatMap(\.checks).requireAll()
  }
}
