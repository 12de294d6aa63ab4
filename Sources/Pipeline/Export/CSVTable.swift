import Files
import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients
import Spectra

/// A table of comma-separated values.
struct CSVTable: ~Copyable {
  private var output: ExportOutput

  init(creating path: String, columns: [String]) throws(ExportError) {
    var output = try ExportOutput(creating: path)
    try output.write(CSVLine(columns).text)
    self.output = output
  }

  mutating func append(_ fields: [String]) throws(ExportError) {
    try output.write(CSVLine(fields).text)
  }

  consuming func close() throws(ExportError) { try output.close() }
}

extension SpectraFile {
  /// Writes the table of singular values or the table of measures.
  ///
  /// The mean gradient has the example `mean` and no index. Numbers are the shortest text that reads
  /// back as the same float32 or float64; what is not a number stays empty.
  ///
  /// - Parameters:
  ///   - table: Which.
  ///   - path: Where.
  /// - Throws: `ExportError`.
  func writeCSV(_ table: ExportTable, to path: String) throws(ExportError) {
    let extra: [String]
    switch table {
    case .spectra: extra = ["component", "singular_value", "energy", "rank_bound"]
    case .measures: extra = measureColumns
    case .factors, .attribution:
      throw .unsupported(
        path: self.path, format: "csv", reason: "a spectra file has no \(table.rawValue)")
    }
    var csv = try CSVTable(
      creating: path, columns: Self.keyColumns + examples.originColumns + extra)
    for source in sources {
      let spectra = try ExportError.reading { () throws(HDF5Error) in try self.spectra(of: source) }
      for (module, spectrum) in zip(modules, spectra) {
        let key = keyFields(source, module)
        switch table {
        case .spectra:
          for fields in componentRows(spectrum) { try csv.append(key + fields) }
        default: try csv.append(key + measureFields(spectrum, module))
        }
      }
    }
    try csv.close()
  }

  private static let keyColumns = ["example", "example_index", "module", "layer", "projection"]

  private func keyFields(_ source: SpectrumSource, _ module: GradientModule) -> [String] {
    let label = label(of: source)
    return [
      label.id, label.index.map(String.init) ?? "", module.name, "\(module.layer)",
      module.projection,
    ] + (origin(of: source).map { [$0.kind, $0.source.map(String.init) ?? ""] } ?? [])
  }

  private func componentRows(_ spectrum: ModuleSpectrum) -> [[String]] {
    let measures = SpectralMeasures(singularValues: spectrum.singularValues.map(Double.init))
    return spectrum.singularValues.enumerated().map { index, value in
      [
        "\(index + 1)", csvField(value), csvField(measures.energy(index + 1)),
        "\(spectrum.rankBound)",
      ]
    }
  }

  private var measureColumns: [String] {
    [
      "out_features", "in_features", "rank_bound", "frobenius_norm", "stable_rank",
      "effective_rank", "participation_ratio",
    ] + energyLevels.map { "rank_at_energy_\($0)" } + ["residual", "orthogonality_defect"]
  }

  private func measureFields(_ spectrum: ModuleSpectrum, _ module: GradientModule) -> [String] {
    [
      "\(module.outFeatures)", "\(module.inFeatures)", "\(spectrum.rankBound)",
      csvField(spectrum.frobeniusNorm), csvField(spectrum.stableRank),
      csvField(spectrum.effectiveRank),
      csvField(spectrum.participationRatio),
    ] + spectrum.rankAtEnergy.map(String.init)
      + [csvField(spectrum.residual), csvField(spectrum.orthogonalityDefect)]
  }
}

extension GradientFile {
  /// Writes the table of factors: a row a gradient, with the norms of X, D and G = Dᵀ X.
  ///
  /// - Parameters:
  ///   - table: Must be the table of factors.
  ///   - path: Where.
  /// - Throws: `ExportError`.
  func writeCSV(_ table: ExportTable, to path: String) throws(ExportError) {
    if table != .factors {
      throw .unsupported(
        path: self.path, format: "csv", reason: "a gradients file has no \(table.rawValue)")
    }
    var csv = try CSVTable(creating: path, columns: Self.columns + examples.originColumns)
    for (index, example) in examples.enumerated() {
      for (moduleIndex, module) in modules.enumerated() {
        let factors = try ExportError.reading { () throws(HDF5Error) in
          try self.factors(example: index, module: moduleIndex)
        }
        let origin = example.origin.map { [$0.kind, "\($0.source)"] } ?? []
        let fields = [
          example.id, "\(index)", module.name, "\(module.layer)", module.projection,
          "\(module.outFeatures)", "\(module.inFeatures)", "\(example.tokenCount)",
          "\(example.answerTokenCount)", csvField(example.loss),
          "\(factors.outputGradient.nonzeroRows.count)", csvField(factors.input.frobeniusNorm),
          csvField(factors.outputGradient.frobeniusNorm), csvField(factors.frobeniusNorm),
        ]
        try csv.append(fields + origin)
      }
    }
    try csv.close()
  }

  private static let columns = [
    "example", "example_index", "module", "layer", "projection", "out_features", "in_features",
    "token_count", "answer_token_count", "loss", "nonzero_rows", "input_norm",
    "output_gradient_norm", "gradient_norm",
  ]
}

extension [GradientExample] {
  /// Columns that only a file with controls has.
  fileprivate var originColumns: [String] { kinds.isEmpty ? [] : ["kind", "source"] }
}

/// The shortest text that reads back as the same number; nothing for NaN.
func csvField<Number: BinaryFloatingPoint & CustomStringConvertible>(_ number: Number)
  -> String
{
  number.isNaN ? "" : number.description
}
