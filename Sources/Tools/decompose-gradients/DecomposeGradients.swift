import ArgumentParser
import Checkpoints
import CommandSupport
import Failures
import Files
import OrderedJSON
import ResultFiles
import SafetyGradients
import Spectra

/// Decomposes stored gradients into their spectra.
@main
struct DecomposeGradients: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "decompose-gradients",
    abstract: "Compute the exact singular values and vectors of stored gradients.",
    discussion: """
      Reads a suture-gradients HDF5 file and writes a suture-spectra one: all singular values, the \
      measures that follow from them, the first singular vectors, the share of each token in each \
      of these components, and how good each decomposition is. Of a PEFT LoRA folder it decomposes \
      what the adapter adds to each weight, scale B A: one example of no tokens.
      """,
    version: toolVersion)

  @Argument(
    help: ArgumentHelp(
      "Gradients, HDF5, from compute-gradients; or the folder of a PEFT LoRA adapter.",
      valueName: "gradients|adapter"))
  var gradients: String

  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(
    help: ArgumentHelp(
      "Number of singular vectors to store on each side; all singular values are stored anyway.",
      valueName: "count"))
  var rank = GradientDecomposition.defaultRank

  @Flag(help: "Store no singular vectors.")
  var noVectors = false

  @Flag(
    help: ArgumentHelp(
      "Store the spectra of the mean gradients of the first 1, 2, 4, ... examples too, which show "
        + "whether rank saturates."))
  var meanCounts = false

  func validate() throws {
    try requirePath(gradients, flag: "GRADIENTS")
    try requireValue(rank, in: 1...Int(Int32.max), flag: "--rank")
  }

  func run() throws {
    let summary = try outputOptions.write(as: .file, inputs: [gradients]) { path in
      try decompose(to: path)
    }
    runOptions.warn(summary.warnings)
    let seconds = summary.decompositionTime / .seconds(1)
    try runOptions.printResult(
      [
        "output": .string(outputOptions.output), "gradients": .integer(summary.gradientCount),
        "fallbacks": .integer(summary.fallbackCount), "seconds": .number(seconds),
        "residual": .number(summary.residual.value),
        "orthogonality_defect": .number(summary.orthogonalityDefect.value),
      ],
      text: "\(outputOptions.output): \(counted(summary.gradientCount, "gradients")) decomposed\n"
        + "\(summary.certificateText)\n")
  }

  private func decompose(to path: String) throws -> DecompositionSummary {
    if FileEntry(at: gradients)?.type == .folder { return try decomposeAdapter(to: path) }
    let file = try GradientFile(opening: gradients)
    let writer = try SpectraFileWriter(
      creating: path, provenance: runOptions.provenance(of: file.provenance),
      modules: file.modules, examples: file.examples, countsMeans: meanCounts)
    let decomposition = GradientDecomposition(
      rank: noVectors ? 0 : rank, threads: runOptions.threadCount, countsMeans: meanCounts)
    let progress = Progress(
      "decomposition", total: decomposition.gradientCount(of: file), unit: "gradients",
      quiet: runOptions.quiet)
    defer { progress.finish() }
    return try decomposition.decompose(file, into: writer) { done, _ in
      progress.update(completed: done)
    }
  }

  private func decomposeAdapter(to path: String) throws -> DecompositionSummary {
    let adapter = try LoRAAdapter(reading: gradients)
    runOptions.note(adapter.notes.map { "\(gradients): \($0)" })
    let decomposition = try AdapterDecomposition(adapter, path: gradients)
    let source = Provenance(
      model: gradients, architecture: "lora",
      modelFingerprint: try LoRAAdapter.fingerprint(of: gradients))
    let writer = try SpectraFileWriter(
      creating: path, provenance: runOptions.provenance(of: source),
      modules: decomposition.modules, examples: [decomposition.example])
    try writer.annotate("base_model", adapter.baseModel ?? "")
    return try decomposition.decompose(rank: noVectors ? 0 : rank, into: writer)
  }
}
