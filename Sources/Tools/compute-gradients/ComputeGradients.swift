import ArgumentParser
import CommandSupport
import Conversations
import Failures
import LinearAlgebra
import ModelLoading
import OrderedJSON
import SafetyGradients
import Tokenization
import Tokens
import Transformer

/// Computes the gradient factors of examples and writes them as HDF5.
@main
struct ComputeGradients: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute-gradients",
    abstract: "Compute the loss gradients of a model's linear layers, one set an example.",
    discussion: """
      Writes the factors X and D of every gradient G = D'X, never G itself, as a suture-gradients \
      HDF5 file.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, one conversation a line.", valueName: "file"))
  var examples: String

  @Option(
    help: ArgumentHelp("Layers to keep, such as 0-3,7; the default is all.", valueName: "list"))
  var layers: LayerSelection?

  @Option(
    help: ArgumentHelp(
      "Projections to keep, such as q_proj,down_proj; the default is all.", valueName: "list"))
  var projections: NameList?

  @Option(
    help: ArgumentHelp(
      "Number of examples to read from the beginning of the file; the default is all.",
      valueName: "count"))
  var limit: Int?

  func validate() throws {
    try requirePath(examples, flag: "--examples")
    if let limit { try requireValue(limit, atLeast: 1, flag: "--limit") }
  }

  func run() throws {
    let inputs = modelOptions.inputs + [examples]
    let losses = try outputOptions.write(as: .file, inputs: inputs) { path in
      let model = try modelOptions.open()
      try layers?.requireInside(layerCount: model.configuration.layerCount)
      try requireKnownProjections(model)
      return try write(model, to: path)
    }
    let mean = losses.reduce(0, +) / Double(losses.count)
    try runOptions.printResult(
      ["output": .string(outputOptions.output), "losses": .array(losses.map { .number($0) })],
      text:
        "\(outputOptions.output): \(counted(losses.count, "examples")), mean loss \(mean) nats\n")
  }

  private func write(_ model: OpenedModel, to path: String) throws -> [Double] {
    let encoder = try model.encoderIfPresent()
    let loaded = try model.examples(examples, encoder: encoder, limit: limit, run: runOptions)
    let language = try model.load(for: [.gradients(loaded.lengths)], quiet: runOptions.quiet)
    // Between two passes HDF5's small objects would come to lie where activations were.
    MatrixMemory.returnWhenFreed()
    let computation = GradientComputation(language) { module in
      (layers?.contains(module.layer) ?? true)
        && (projections?.names.contains(module.projection) ?? true)
    }
    let progress = Progress(
      "gradients", total: computation.layerCount(for: loaded.examples), unit: "layers",
      quiet: runOptions.quiet)
    defer { progress.finish() }
    return try computation.write(
      loaded.examples, to: path,
      provenance: runOptions.provenance(of: try model.provenance(encoder: encoder)),
      text: encoder.map { encoder in { encoder.tokenizer.decode([$0], skipSpecialTokens: false) } },
      didLayer: { progress.advance() })
  }

  private func requireKnownProjections(_ model: OpenedModel) throws {
    let known = model.configuration.linearModules(ofLayer: 0).map(\.projection)
    for name in projections?.names ?? [] where !known.contains(name) {
      throw CommandError.invalidValue(
        flag: "--projections", value: name, allowed: known.joined(separator: ", "))
    }
  }
}
