import ArgumentParser
import CommandSupport
import Conversations
import Failures
import ModelLoading
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
      HDF5 file, or with --spectra what decompose-gradients would make of that file, without \
      writing it.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Output") var outputs: GradientOutputs
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, one conversation a line.", valueName: "file"))
  var examples: String

  @OptionGroup(title: "Modules") var moduleOptions: ModuleOptions

  @Option(
    help: ArgumentHelp(
      "Whose gradients: weights, with adapters merged into them, or adapter, the factors A and B of the one "
        + "adapter.", valueName: "weights|adapter"))
  var parameters = ParameterChoice.weights

  @Option(
    name: .customLong("control"),
    help: ArgumentHelp(
      "A control that follows each example: "
        + GradientControl.allCases.map(\.rawValue).joined(separator: ", ") + "; may be repeated.",
      valueName: "name"))
  var controls: [GradientControl] = []

  @Option(
    help: ArgumentHelp(
      "Harmless examples, JSONL; the control benign takes the one nearest in length.",
      valueName: "file"))
  var benign: String?

  @Option(
    help: ArgumentHelp(
      "Number of examples to read from the beginning of the file; the default is all.",
      valueName: "count"))
  var limit: Int?

  func validate() throws {
    try requirePath(examples, flag: "--examples")
    if let limit { try requireValue(limit, atLeast: 1, flag: "--limit") }
    try requireOneAdapter()
    if let benign { try requirePath(benign, flag: "--benign") }
    if let benign, !controls.contains(.benign) {
      throw CommandError.invalidValue(
        flag: "--benign", value: benign, allowed: "with --control benign")
    }
    if benign == nil, controls.contains(.benign) {
      throw CommandError.invalidValue(
        flag: "--control", value: "benign", allowed: "with --benign FILE")
    }
  }

  private func requireOneAdapter() throws {
    guard parameters == .adapter else { return }
    guard modelOptions.adapters.count == 1 else {
      throw CommandError.invalidValue(
        flag: "--parameters", value: "adapter",
        allowed: "with one --adapter (\(modelOptions.adapters.count) are given)")
    }
    if controls.contains(.untrained) {
      throw CommandError.invalidValue(
        flag: "--control", value: "untrained",
        allowed: "without --parameters adapter, whose factors are trained")
    }
  }

  func run() throws {
    let inputs = modelOptions.inputs + [examples] + (benign.map { [$0] } ?? [])
    let result = try outputs.write(inputs: inputs) { factors, spectra in
      let opened = try modelOptions.open()
      let model = parameters == .adapter ? try opened.keepingAdapter() : opened
      let modules = try moduleOptions.modules(of: model)
      let encoder = try model.encoderIfPresent()
      let run = GradientRun(
        model: model, computation: try computation(of: modules, in: model),
        gradients: try readExamples(model, encoder), options: runOptions,
        provenance: runOptions.provenance(of: try model.provenance(encoder: encoder)),
        text: encoder.map { encoder in
          { encoder.tokenizer.decode([$0], skipSpecialTokens: false) }
        })
      guard let spectra else { return try run.write(factors: factors) }
      return try run.write(
        spectra: spectra, rank: outputs.rank, countsMeans: outputs.meanCounts, factors: factors,
        examplesPath: examples)
    }
    runOptions.warn(result.warnings)
    try runOptions.printResult(
      result.json(output: outputs.output, spectra: outputs.spectra),
      text: "\(outputs.names): \(result.text)\n")
  }

  private func computation(
    of modules: [LinearModule]?, in model: OpenedModel
  ) throws -> GradientComputation {
    let chosen = modules.map { Set($0) }
    let computation = GradientComputation(
      model.configuration, of: model.keptFactors.map { .adapter($0) } ?? .weights
    ) { chosen?.contains($0) ?? true }
    guard !computation.gradientModules.isEmpty else {
      throw CommandError.invalidValue(
        flag: "--parameters", value: "adapter",
        allowed: "with --layers and --projections that the adapter changes")
    }
    return computation
  }

  /// The examples of the file with the controls that were asked for.
  private func readExamples(
    _ model: OpenedModel, _ encoder: ConversationEncoder?
  ) throws -> ControlledExamples {
    let loaded = try model.examples(examples, encoder: encoder, limit: limit, run: runOptions)
    if controls.isEmpty { return ControlledExamples(loaded.examples) }
    let harmless = try benign.map { try model.examples($0, encoder: encoder, run: runOptions) }
    let controlled = try naming(examples) {
      try ControlledExamples(
        loaded.examples, controls: controls.withoutRepetitions,
        benign: harmless?.examples ?? [], seed: runOptions.seed,
        vocabularySize: model.configuration.vocabularySize)
    }
    runOptions.note(controlled.omissions.map { "\(examples): \($0)" })
    return controlled
  }
}
