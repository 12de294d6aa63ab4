import ArgumentParser
import CommandSupport
import Comparison
import LinearAlgebra
import ModelLoading
import OrderedJSON

/// Compares the subspaces of gradients with each other.
@main
struct CompareSubspaces: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare-subspaces",
    abstract: "Compare the leading singular subspaces of gradients: overlap, angles, cosines.",
    discussion: """
      Within a file: all pairs, each example with the mean of the others, controls with their example, kinds by \
      their means. Between two files: the same example in both, all others across, and the means. Every overlap \
      stands beside that of random subspaces, every mean has a bootstrap interval over examples. With \
      --difference all gradients of the file are compared with the difference of two models' weights.
      """,
    version: toolVersion)

  @Argument(help: ArgumentHelp("Gradients or spectra, HDF5; always needed.", valueName: "file"))
  var file: String?

  @Argument(help: ArgumentHelp("Other gradients or spectra, HDF5.", valueName: "other"))
  var other: String?

  @Option(
    help: ArgumentHelp(
      "Ranks of the overlaps; the largest bounds the principal angles, too.", valueName: "list"))
  var rank = RankList(values: GradientComparison.defaultRanks)

  @Option(
    help: ArgumentHelp(
      "Examples of each kind that take part at most, the first of each file.", valueName: "count"))
  var limit = GradientComparison.defaultLimit

  @Option(
    help: ArgumentHelp(
      "Compare with the difference of two models' weights: the model to subtract from.",
      valueName: "model"))
  var model: String?

  @Option(
    name: .customLong("adapter"),
    help: ArgumentHelp("LoRA adapter on top of --model; may be repeated.", valueName: "folder"))
  var adapters: [String] = []

  @Option(
    help: ArgumentHelp(
      "The model that is subtracted; exact through factors where the two differ by adapters.",
      valueName: "model"))
  var difference: String?

  @Option(
    name: .customLong("difference-adapter"),
    help: ArgumentHelp("LoRA adapter on top of --difference; may be repeated.", valueName: "folder")
  )
  var differenceAdapters: [String] = []

  @OptionGroup(title: "Output") var outputOptions: OptionalOutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  func validate() throws {
    guard let file else {
      throw ValidationError(
        difference == nil && model == nil
          ? "missing expected argument '<file>'"
          : "a difference of models is compared with gradients: missing expected argument '<file>', a "
            + "gradients or spectra file")
    }
    try requirePath(file, flag: "the file")
    if let other { try requirePath(other, flag: "the other file") }
    for path in [model, difference].compactMap({ $0 }) + adapters + differenceAdapters {
      try requirePath(path, flag: "a model or adapter")
    }
    if (model == nil) != (difference == nil) {
      throw ValidationError("--model and --difference need each other")
    }
    if model == nil, !(adapters + differenceAdapters).isEmpty {
      throw ValidationError("--adapter and --difference-adapter need --model and --difference")
    }
    if other != nil, difference != nil {
      throw ValidationError("a difference is compared with one file")
    }
    try requireValue(limit, in: 1...1000, flag: "--limit")
  }

  func run() throws {
    let paths = [file, other].compactMap(\.self)
    let models = [model, difference].compactMap { $0 } + adapters + differenceAdapters
    let summary = try outputOptions.write(as: .file, inputs: paths + models) { path in
      let results = try compare(paths)
      if let path {
        try results.write(
          to: path, provenance: runOptions.provenance(of: results.provenance))
      }
      return ComparisonSummary(results)
    }
    let output = JSONValue(outputOptions.output)
    try runOptions.printResult(
      ["output": output, "comparisons": summary.json], text: summary.text)
  }

  private func compare(_ paths: [String]) throws -> ComparisonResults {
    let files = try paths.map { try ComparedFile(opening: $0) }
    let comparison = try GradientComparison(
      files, ranks: rank.values, limit: limit, difference: weightDifference())
    runOptions.note(comparison.notes)
    let progress = Progress(
      "comparison", total: comparison.modules.count, unit: "modules", quiet: runOptions.quiet)
    defer { progress.finish() }
    let results = try comparison.compare(
      seed: runOptions.seed, threads: runOptions.threadCount
    ) { progress.update(completed: $0) }
    if results.residual > DecompositionCertificate.limit {
      runOptions.warn([
        "\(paths[0]): leading directions were found with a residual of \(results.residual), more than "
          + "\(DecompositionCertificate.limit)"
      ])
    }
    return results
  }

  private func weightDifference() throws -> WeightDifference? {
    guard let model, let difference else { return nil }
    return try WeightDifference(
      ModelChoice(model: model, adapters: adapters).open(),
      minus: ModelChoice(model: difference, adapters: differenceAdapters).open())
  }
}

/// Ranks, written as `1,2,4`.
struct RankList: ExpressibleByArgument, CustomStringConvertible {
  /// Ascending, each once.
  let values: [Int]

  init(values: [Int]) { self.values = values }

  init?(argument: String) {
    var values: Set<Int> = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Int(part), (1...4096).contains(value) else { return nil }
      values.insert(value)
    }
    self.values = values.sorted()
  }

  var description: String { values.map(String.init).joined(separator: ",") }
  var defaultValueDescription: String { description }
}
