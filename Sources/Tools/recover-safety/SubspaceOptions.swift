import ArgumentParser
import CommandSupport
import ModelLoading
import OrderedCollections
import Recovery
import Spectra
import Transformer

/// Flags that say where an update may move.
struct SubspaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Subspace of the update: own (of the examples' gradient), flat (the same, each step along the "
        + "polar factor of its gradient), random, complement (of own), lora (both factors free), full "
        + "(no restriction), or a suture-spectra HDF5 file.",
      valueName: "own|flat|random|complement|lora|full|file"))
  var subspace: String

  @Option(
    help: ArgumentHelp(
      "Rank of the update in each weight; of complement, the components that it leaves out.",
      valueName: "rank"))
  var rank = SafetyRecovery.defaults.rank

  @Option(help: "Which sides of an update keep to the subspace: U C Vh, U C or C Vh.")
  var sides = SafetyRecovery.defaults.sides

  @Option(
    help: ArgumentHelp(
      "Steps after which the subspace is found anew; what was learnt so far is kept.",
      valueName: "steps"))
  var refresh: Int?

  @Option(
    help: ArgumentHelp(
      "Spectra file of directions to project out of the examples' gradient before its components are "
        + "found.", valueName: "file"))
  var avoid: String?

  @Option(help: ArgumentHelp("Directions of --avoid in each weight.", valueName: "rank"))
  var avoidRank = SafetyRecovery.defaultAvoidedRank

  @Option(
    help: ArgumentHelp(
      "Which example of a spectra file gives the subspace: an index from 0, or mean.",
      valueName: "index|mean"))
  var spectrum = "mean"

  @Option(
    help: ArgumentHelp(
      "Which example of the --avoid file gives the directions: an index from 0, or mean.",
      valueName: "index|mean"))
  var avoidSpectrum = "mean"

  @Flag(
    help: ArgumentHelp(
      "Take stored directions from a spectra file of another model of the same shape, such as the model "
        + "before the attack, instead of refusing it."))
  var allowOtherModel = false

  func validate() throws {
    try requirePath(subspace, flag: "--subspace")
    try requireValue(rank, in: 1...65536, flag: "--rank")
    try requireValue(avoidRank, in: 1...65536, flag: "--avoid-rank")
    if let avoid { try requirePath(avoid, flag: "--avoid") }
    if let refresh { try requireValue(refresh, in: 1...1_000_000, flag: "--refresh") }
    try requireBases()
  }

  /// What changes bases is refused where there are none.
  private func requireBases() throws {
    let choice = named
    if !(choice?.hasBases ?? true), sides != .both || refresh != nil {
      throw ValidationError("--sides and --refresh are of a subspace, and \(subspace) has none")
    }
    if choice == nil, refresh != nil {
      throw ValidationError("--refresh finds a subspace anew, and that of a file does not change")
    }
    if avoid != nil, !(choice?.followsGradient ?? false) {
      throw ValidationError(
        "--avoid changes the examples' gradient, which \(subspace) does not follow")
    }
    if choice?.isFlat ?? false, sides != .both {
      throw ValidationError("--subspace flat moves a core between two bases: leave --sides out")
    }
  }

  /// The files that are read.
  var inputs: [String] { (named == nil ? [subspace] : []) + (avoid.map { [$0] } ?? []) }

  /// The choice that the flag names; nil for a spectra file.
  var named: SubspaceChoice? {
    switch subspace {
    case "own": .own
    case "flat": .flat
    case "random": .random
    case "complement": .complement
    case "lora": .lora
    case "full": .full
    default: nil
    }
  }

  /// Whether the weights themselves move.
  var isFull: Bool { named?.isFull ?? false }

  /// What was chosen, with what the files hold of a model's modules.
  ///
  /// - Parameter model: The model.
  /// - Returns: Settings of a recovery that concern its subspace.
  /// - Throws: `StoredSubspaceError`, `HDF5Error`, `CommandError`.
  func choice(for model: OpenedModel) throws -> SubspaceChoice {
    try named ?? .stored(stored(in: subspace, spectrum, "--spectrum", rank: rank, for: model))
  }

  /// The directions to avoid.
  ///
  /// - Parameter model: The model.
  /// - Returns: None where there is no such flag.
  /// - Throws: `StoredSubspaceError`, `HDF5Error`, `CommandError`.
  func avoided(for model: OpenedModel) throws -> ModuleMatrices {
    guard let avoid else { return [:] }
    return try stored(in: avoid, avoidSpectrum, "--avoid-spectrum", rank: avoidRank, for: model)
  }

  private func stored(
    in path: String, _ spectrum: String, _ flag: String, rank: Int, for model: OpenedModel
  ) throws -> ModuleMatrices {
    let file = try SpectraFile(opening: path)
    let source = try SpectrumSource(
      argument: spectrum, flag: flag, exampleCount: file.examples.count)
    return try StoredSubspaces(file, source: source, rank: rank).read(
      for: model.configuration,
      fingerprint: allowOtherModel ? nil : try model.fingerprint())
  }
}

extension Sides: ExpressibleByArgument {}

extension SpectrumSource {
  fileprivate init(
    argument: String, flag: String, exampleCount: Int
  ) throws(CommandError) {
    if argument == "mean" {
      self = .mean
    } else if let index = Int(argument), (0..<exampleCount).contains(index) {
      self = .example(index)
    } else {
      throw .invalidValue(
        flag: flag, value: argument,
        allowed: exampleCount > 0 ? "mean or 0 to \(exampleCount - 1)" : "mean")
    }
  }
}
