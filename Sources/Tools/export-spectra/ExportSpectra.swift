import ArgumentParser
import CommandSupport
import Export
import OrderedJSON

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

  @Option(
    help: ArgumentHelp(
      "Table of a CSV file: spectra, a row a singular value (the default of a spectra file); "
        + "measures, a row a spectrum; factors, a row a gradient (of a gradients file).",
      valueName: "spectra|measures|factors"))
  var table: ExportTable?

  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  func validate() throws {
    try requirePath(file, flag: "FILE")
    if table != nil, format != .csv { throw ValidationError("--table needs --format csv") }
  }

  func run() throws {
    try outputOptions.write(as: .file, inputs: [file]) { path in
      try FileExport(opening: file).write(as: format, table: table, to: path)
    }
    try runOptions.printResult(
      ["output": .string(outputOptions.output)], text: outputOptions.output)
  }
}

extension ExportFormat: ExpressibleByArgument {}
extension ExportTable: ExpressibleByArgument {}
