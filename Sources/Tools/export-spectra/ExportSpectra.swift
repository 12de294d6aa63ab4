import ArgumentParser
import CommandSupport
import Export
import OrderedJSON

/// Exports an HDF5 file of the toolkit for spreadsheets, NumPy and plots.
@main
struct ExportSpectra: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-spectra",
    abstract:
      "Export an HDF5 file of the toolkit, or a sweep, as CSV, JSON, NPZ or a Vega-Lite plot.",
    version: toolVersion)

  @Argument(
    help: ArgumentHelp(
      "HDF5 file of the toolkit (gradients, spectra, a comparison, a sweep's results.h5), or the folder of "
        + "a sweep.",
      valueName: "file|folder"))
  var file: String

  @Option(help: "Format of the output.")
  var format: ExportFormat?

  @Option(
    help: ArgumentHelp(
      "Table of a CSV file: spectra, a row a singular value (the default of a spectra file); "
        + "measures, a row a spectrum; attribution, a row a token and component; factors, a row a "
        + "gradient (of a gradients file). With vega-lite, attribution draws the shares of the tokens.",
      valueName: "spectra|measures|attribution|factors"))
  var table: ExportTable?

  @Flag(
    help: ArgumentHelp(
      "Print which token owns which direction: a line a token with its share in each of the leading "
        + "components, a * where it carries loss, and its text. Needs no --format and no --output.")
  )
  var showAttribution = false

  @Option(
    help: ArgumentHelp(
      "Attributions of this example alone; the default is all in CSV, else the first.",
      valueName: "id"))
  var example: String?

  @Option(
    help: ArgumentHelp(
      "Attributions of this module alone, such as layers.5.mlp.down_proj; the default is all in CSV, "
        + "else the one with the largest gradient.",
      valueName: "name"))
  var module: String?

  @Option(
    help: ArgumentHelp(
      "Leading components of attributions; the default is all in CSV, else "
        + "\(AttributionChoice.shownComponents).",
      valueName: "count"))
  var components: Int?

  @OptionGroup(title: "Output") var outputOptions: OptionalOutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  func validate() throws {
    try requirePath(file, flag: "FILE")
    if let components { try requireValue(components, atLeast: 1, flag: "--components") }
    if showAttribution {
      if format != nil || table != nil || outputOptions.output != nil {
        throw ValidationError("--show-attribution prints a table: no --format, --table or --output")
      }
    } else {
      if format == nil { throw ValidationError("missing expected argument '--format <format>'") }
      if outputOptions.output == nil {
        throw ValidationError("missing expected argument '--output <path>'")
      }
    }
    if table != nil, format != .csv, !(table == .attribution && format == .vegaLite) {
      throw ValidationError("--table needs --format csv")
    }
    let chooses = example != nil || module != nil || components != nil
    if chooses, !showAttribution, table != .attribution {
      throw ValidationError(
        "--example, --module and --components need --table attribution or --show-attribution")
    }
  }

  func run() throws {
    let choice = AttributionChoice(example: example, module: module, components: components)
    guard let format, let output = outputOptions.output else {
      let text = try FileExport(opening: file).attributionText(choice)
      return try runOptions.printResult(["text": .string(text)], text: text)
    }
    try outputOptions.write(as: .file, inputs: FileExport.inputs(at: file)) { path in
      guard let path else { return }
      try FileExport(opening: file).write(as: format, table: table, choosing: choice, to: path)
    }
    try runOptions.printResult(["output": .string(output)], text: output)
  }
}

extension ExportFormat: ExpressibleByArgument {}
extension ExportTable: ExpressibleByArgument {}
