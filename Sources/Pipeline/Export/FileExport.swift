import Files
import HDF5
import ResultFiles
import SafetyGradients
import Spectra

/// What the tables of an HDF5 file are turned into.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// One tidy table as comma-separated values (RFC 4180).
  case csv
  /// Everything but the singular vectors as one JSON object.
  case json
  /// Arrays for NumPy: `numpy.load` gives them by the names they have in the HDF5 file.
  case npz
  /// Charts as a Vega-Lite specification with its data inside: energy and rank of spectra, overlap by layer of
  /// a comparison, attack success against over-refusal of a sweep.
  case vegaLite = "vega-lite"
}

/// A table for CSV.
public enum ExportTable: String, CaseIterable, Sendable {
  /// One row a singular value (of a spectra file).
  case spectra
  /// One row a spectrum: its measures (of a spectra file).
  case measures
  /// One row a gradient: its factors' norms (of a gradients file).
  case factors
  /// One row a token and component: the share of the token (of a spectra file with vectors).
  case attribution
}

/// An HDF5 file of ours on its way into another format.
public struct FileExport: Sendable {
  private enum Source: Sendable {
    case spectra(SpectraFile)
    case gradients(GradientFile)
    case sweep(SweepArray)
    case labelled(LabelledFile)
  }

  private let path: String
  private let source: Source

  /// Opens a gradients file, a spectra file, another file of this toolkit, or what a sweep left in a folder.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ExportError.file`.
  public init(opening path: String) throws(ExportError) {
    let path = Self.inputs(at: path)[0]
    self.path = path
    do throws(HDF5Error) {
      switch try Self.formatName(of: path) {
      case FileFormat.gradients.name: source = .gradients(try GradientFile(opening: path))
      case FileFormat.spectra.name: source = .spectra(try SpectraFile(opening: path))
      case FileFormat.sweep.name: source = .sweep(try SweepArray(opening: path))
      default: source = .labelled(try LabelledFile(opening: path))
      }
    } catch {
      throw .file(error)
    }
  }

  /// Writes the file's content in another format.
  ///
  /// - Parameters:
  ///   - format: Which.
  ///   - table: Which table, for CSV and charts; the file's main one when absent.
  ///   - choice: Which attributions, in a table of these.
  ///   - output: Path of the new file; one of that name is overwritten.
  /// - Throws: `ExportError`; `unsupported` when the file has no such table.
  public func write(
    as format: ExportFormat, table: ExportTable? = nil,
    choosing choice: AttributionChoice = AttributionChoice(), to output: String
  ) throws(ExportError) {
    switch source {
    case .spectra(let file):
      switch format {
      case .csv where table == .attribution:
        try file.writeAttributionCSV(choice, to: output)
      case .vegaLite where table == .attribution: try file.writeVegaLite(choice, to: output)
      case .csv: try file.writeCSV(table ?? .spectra, to: output)
      case .json: try file.writeJSON(to: output)
      case .npz: try file.writeNPZ(to: output)
      case .vegaLite: try file.writeVegaLite(to: output)
      }
    case .gradients(let file):
      switch format {
      case .csv: try file.writeCSV(table ?? .factors, to: output)
      case .json: try file.writeJSON(to: output)
      case .npz: try file.writeNPZ(to: output)
      case .vegaLite: throw nothingToDraw
      }
    case .sweep(let array):
      if let table {
        throw .unsupported(
          path: path, format: "csv", reason: "a sweep has one table, no \(table.rawValue)")
      }
      switch format {
      case .csv: try array.writeCSV(to: output)
      case .json: try array.writeJSON(to: output)
      case .npz: try array.writeNPZ(to: output)
      case .vegaLite: try array.writeVegaLite(to: output)
      }
    case .labelled(let file):
      switch format {
      case .csv: try file.writeCSV(table, to: output)
      case .json: try file.writeJSON(to: output)
      case .npz: try file.writeNPZ(to: output)
      case .vegaLite where file.isComparison: try file.writeOverlapChart(to: output)
      case .vegaLite: throw nothingToDraw
      }
    }
  }

  /// A table of the shares of an example's tokens for the terminal.
  ///
  /// - Parameter choice: Which example, module and components.
  /// - Returns: A line a token, with a last newline.
  /// - Throws: `ExportError`; `unsupported` when the file has none.
  public func attributionText(_ choice: AttributionChoice) throws(ExportError) -> String {
    guard case .spectra(let file) = source else {
      throw .unsupported(
        path: path, format: "attribution", reason: "only spectra files hold attributions")
    }
    let found = try file.pictured(choice)
    return AttributionTable(
      attribution: found, components: found.shownCount(choice.components)
    ).text
  }

  private var nothingToDraw: ExportError {
    .unsupported(
      path: path, format: "vega-lite", reason: "only spectra, comparisons and sweeps can be drawn")
  }

  /// The files that an export reads: of the folder of a sweep its array, and beside it the table, which is
  /// the sweep's own and no export's to replace.
  ///
  /// - Parameter path: A file or a sweep's folder.
  /// - Returns: The file that is read first.
  public static func inputs(at path: String) -> [String] {
    guard FileEntry(at: path)?.type == .folder else { return [path] }
    return ["\(path)/results.h5", "\(path)/results.csv"]
  }

  private static func formatName(of path: String) throws(HDF5Error) -> String {
    let file = try StoredFile(opening: path)
    return try FileFormat(of: file.root).name
  }
}

extension ExportError {
  /// Makes a failure of the file that is read one of the export.
  static func reading<Value: ~Copyable>(_ body: () throws(HDF5Error) -> Value)
    throws(ExportError) -> Value
  {
    do throws(HDF5Error) { return try body() } catch { throw .file(error) }
  }
}

extension SpectraFile {
  /// All that has a spectrum: the examples, then the mean, or in a file with controls that of each kind.
  ///
  /// Means over the first so many examples come last.
  var sources: [SpectrumSource] {
    examples.indices.map { .example($0) } + examples.means
      + meanCounts.indices.map { .meanOfFirst($0) }
  }

  /// Kind and source of a row, in a file with controls; a mean has no source.
  func origin(of source: SpectrumSource) -> (kind: String, source: Int?)? {
    switch source {
    case .example(let index): examples[index].origin.map { ($0.kind, $0.source) }
    case .mean: nil
    case .meanOfKind(let kind): (kind, nil)
    case .meanOfFirst: examples.kinds.isEmpty ? nil : (GradientOrigin.example, nil)
    }
  }

  /// How a table names whose gradient a row belongs to; the mean has no index.
  func label(of source: SpectrumSource) -> (id: String, index: Int?) {
    switch source {
    case .example(let index): (examples[index].id, index)
    case .mean: ("mean", nil)
    case .meanOfKind(let kind): ("mean/\(kind)", nil)
    case .meanOfFirst(let place): ("mean_by_count/\(meanCounts[place])", nil)
    }
  }
}
