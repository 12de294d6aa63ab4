import ArgumentParser
import CommandSupport

/// Flags that say where factors and spectra go.
struct GradientOutputs: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to write the factors of all gradients, HDF5; it appears under this name only when it is "
        + "whole.", valueName: "path"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Where to write the spectra of all gradients, HDF5: each is decomposed as it arises. Without "
        + "--output no factor is written.", valueName: "path"))
  var spectra: String?

  @Option(
    help: ArgumentHelp(
      "Number of singular vectors to store on each side, with --spectra (default: 64); all singular "
        + "values are stored anyway.", valueName: "count"))
  var rank: Int?

  @Flag(
    help: ArgumentHelp(
      "Store the spectra of the mean gradients of the first 1, 2, 4, ... examples too, with --spectra."
    ))
  var meanCounts = false

  @Flag(help: "Replace an existing output of this toolkit instead of refusing to start.")
  var force = false

  func validate() throws {
    if output == nil, spectra == nil {
      throw ValidationError("missing expected argument '--output <path>' or '--spectra <path>'")
    }
    if let output { try requirePath(output, flag: "--output") }
    if let spectra { try requirePath(spectra, flag: "--spectra") }
    if let spectra, spectra == output {
      throw CommandError.invalidValue(
        flag: "--spectra", value: spectra, allowed: "another path than --output")
    }
    if meanCounts, spectra == nil { throw ValidationError("--mean-counts needs --spectra") }
    if let rank {
      try requireValue(rank, in: 1...Int(Int32.max), flag: "--rank")
      if spectra == nil { throw ValidationError("--rank needs --spectra") }
    }
  }

  /// Runs `body` with the paths to write at, and publishes what is whole.
  func write<Result>(
    inputs: [String], _ body: (_ factors: String?, _ spectra: String?) throws -> Result
  ) throws -> Result {
    try staged(output, inputs: inputs) { factors in
      try staged(spectra, inputs: inputs) { spectra in try body(factors, spectra) }
    }
  }

  private func staged<Result>(
    _ path: String?, inputs: [String], _ body: (String?) throws -> Result
  ) throws -> Result {
    guard let path else { return try body(nil) }
    return try StagedOutput.write(path, as: .file, force: force, inputs: inputs) { try body($0) }
  }

  /// The outputs that there are, for people.
  var names: String { [output, spectra].compactMap { $0 }.joined(separator: ", ") }
}
