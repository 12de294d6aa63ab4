import ArgumentParser
import CommandSupport

/// Exports an HDF5 file of the toolkit for spreadsheets, NumPy and plots.
@main
struct ExportSpectra: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-spectra",
    abstract: "Export an HDF5 file of the toolkit as CSV, JSON, NPZ or a Vega-Lite plot.",
    version: toolVersion)

  @Argument(help: ArgumentHelp("HDF5 file of the toolkit.", valueName: "file"))
  var file: String

  @Option(help: "Format of the output.")
  var format: ExportFormat

  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  func validate() throws {
    try requirePath(file, flag: "FILE")
  }

  func run() throws {
    try outputOptions.write(as: .file, inputs: [file]) { path in
    }
  }
}

enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case csv
  case json
  case npz
  case vegaLite = "vega-lite"
}
