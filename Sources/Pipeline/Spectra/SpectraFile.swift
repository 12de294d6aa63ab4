import HDF5
import LinearAlgebra
import ResultFiles

/// A `suture-spectra` file that is open for reading; see `SpectraFileWriter` for its layout.
///
/// The tables of examples and modules are read and checked at once, spectra and vectors when they
/// are asked for.
public final class SpectraFile: Sendable {
  /// The file's path.
  public let path: String
  /// Where the numbers come from.
  public let provenance: Provenance
  /// What the file says beyond that, such as the SVD routine (`svd_driver`).
  public let annotations: [Annotation]
  /// The weights that have gradients.
  public let modules: [GradientModule]
  /// The examples.
  public let examples: [GradientExample]
  /// Shares of the energy that `ModuleSpectrum.rankAtEnergy` refers to.
  public let energyLevels: [Double]
  /// Length of the component dimension: the largest rank bound in the file.
  public let componentCount: Int
  /// Numbers of examples of the means that show whether a spectrum saturates; none where they were not
  /// asked for.
  public let meanCounts: [Int]
  private let file: StoredFile

  /// Opens a file and reads its tables.
  ///
  /// - Parameter path: Where.
  /// - Throws: `HDF5Error`; `invalidValue` when it is of another format or version.
  public init(opening path: String) throws(HDF5Error) {
    let file = try StoredFile(opening: path)
    let tables = try ResultTables(of: .spectra, from: file.root)
    let annotations = try Annotation.all(in: file.root)
    let energyLevels = try file.root.dataset("energy_level").read(as: Double.self)
    let components = try file.root.dataset("component")
    try components.require(shape: [nil], "[components]")
    let counts = "mean_count"
    let meanCounts =
      try file.root.contains(counts) ? try file.root.dataset(counts).readCounts() : []
    self.path = path
    self.meanCounts = meanCounts
    provenance = tables.provenance
    modules = tables.modules
    examples = tables.examples
    self.annotations = annotations
    self.energyLevels = energyLevels
    self.componentCount = components.shape[0]
    self.file = file
  }

  /// The spectra of the gradients of one example, or of the mean.
  ///
  /// - Parameters:
  ///   - source: Whose gradient.
  ///   - selection: The modules; all when absent.
  /// - Returns: A spectrum a module.
  /// - Throws: `HDF5Error`.
  public func spectra(of source: SpectrumSource, modules selection: Range<Int>? = nil)
    throws(HDF5Error) -> [ModuleSpectrum]
  {
    let rows = rows(of: resolved(source), selection)
    let values = try read(Float.self, .singularValues, rows)
    let bounds = try readCounts(.rankBound, rows)
    let ranks = try readCounts(.rankAtEnergy, rows)
    let norms = try read(Double.self, .frobeniusNorm, rows)
    let stableRanks = try read(Double.self, .stableRank, rows)
    let effectiveRanks = try read(Double.self, .effectiveRank, rows)
    let ratios = try read(Double.self, .participationRatio, rows)
    let residuals = try readIfPresent(.residual, rows)
    let defects = try readIfPresent(.orthogonalityDefect, rows)
    return (0..<rows.modules.count).map { row in
      ModuleSpectrum(
        singularValues: Array(values.row(row, of: componentCount).prefix { !$0.isNaN }),
        rankBound: bounds[row], frobeniusNorm: norms[row], stableRank: stableRanks[row],
        effectiveRank: effectiveRanks[row], participationRatio: ratios[row],
        rankAtEnergy: Array(ranks.row(row, of: energyLevels.count)),
        residual: residuals[row], orthogonalityDefect: defects[row])
    }
  }

  /// Whether singular vectors are stored.
  ///
  /// - Parameters:
  ///   - source: Whose gradient.
  ///   - module: Index of the module.
  /// - Returns: True when they are.
  /// - Throws: `HDF5Error`.
  public func hasVectors(of source: SpectrumSource, module: Int) throws(HDF5Error) -> Bool {
    try file.root.contains(resolved(source).vectorsPath + "/" + modules[module].name)
  }

  /// The stored singular vectors.
  ///
  /// - Parameters:
  ///   - source: Whose gradient.
  ///   - module: Index of the module.
  /// - Returns: U, [out x k], and Vh, [k x in].
  /// - Throws: `HDF5Error`; `objectMissing` when none are stored, `unexpectedShape` when they do
  ///   not fit the module.
  public func vectors(of source: SpectrumSource, module: Int) throws(HDF5Error) -> LowRankMatrix {
    let folder = resolved(source).vectorsPath + "/" + modules[module].name
    let u = try file.root.dataset(folder + "/u")
    try u.require(shape: [modules[module].outFeatures, nil], "[out_features, k]")
    let vh = try file.root.dataset(folder + "/vh")
    try vh.require(shape: [u.shape[1], modules[module].inFeatures], "[k, in_features]")
    return LowRankMatrix(left: try u.readMatrix(), right: try vh.readMatrix())
  }

  /// Whether the shares of an example's tokens in a gradient's components are stored.
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - module: Index of the module.
  /// - Returns: True when they are.
  /// - Throws: `HDF5Error`.
  public func hasAttribution(example: Int, module: Int) throws(HDF5Error) -> Bool {
    try file.root.contains("attribution/\(example)/" + modules[module].name)
  }

  /// The shares of an example's tokens in the components of a gradient.
  ///
  ///     share_ti = (u_i · D_t) (X_t · v_i) / s_i
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - module: Index of the module.
  /// - Returns: [tokens x k]; each column adds up to 1, or is NaN where the component is rounding error.
  /// - Throws: `HDF5Error`; `objectMissing` when none are stored, `unexpectedShape` when they do not
  ///   fit the example.
  public func attribution(example: Int, module: Int) throws(HDF5Error) -> Matrix {
    let shares = try file.root.dataset("attribution/\(example)/" + modules[module].name)
    try shares.require(shape: [examples[example].tokenCount, nil], "[tokens, k]")
    return try shares.readMatrix()
  }

  /// The tokens of an example.
  ///
  /// - Parameter example: Index of the example.
  /// - Returns: The tokens, or nil when the file does not hold them.
  /// - Throws: `HDF5Error`.
  public func tokens(example: Int) throws(HDF5Error) -> ExampleTokens? {
    let path = "tokens/\(example)"
    guard try file.root.contains(path) else { return nil }
    return try ExampleTokens(
      from: file.root.group(path), count: examples[example].tokenCount)
  }

  /// The mean, in a file with controls, is that of the examples.
  private func resolved(_ source: SpectrumSource) -> SpectrumSource {
    source == .mean && !examples.kinds.isEmpty ? .meanOfKind(GradientOrigin.example) : source
  }

  private func rows(of source: SpectrumSource, _ selection: Range<Int>?) -> SpectrumRows {
    SpectrumRows(
      source: source, modules: selection ?? modules.indices, exampleCount: examples.count,
      moduleCount: modules.count, meanCountCount: meanCounts.count)
  }

  private func read<Scalar: HDF5Scalar>(
    _ type: Scalar.Type, _ quantity: SpectralQuantity, _ rows: SpectrumRows
  ) throws(HDF5Error) -> [Scalar] {
    try dataset(quantity, rows).read(rows.part(width: width(of: quantity)))
  }

  /// NaN where the table is not there.
  private func readIfPresent(_ quantity: SpectralQuantity, _ rows: SpectrumRows) throws(HDF5Error)
    -> [Double]
  {
    guard try file.root.contains(rows.path(of: quantity)) else {
      return rows.modules.map { _ in .nan }
    }
    return try read(Double.self, quantity, rows)
  }

  private func readCounts(_ quantity: SpectralQuantity, _ rows: SpectrumRows) throws(HDF5Error)
    -> [Int]
  {
    try dataset(quantity, rows).readCounts(rows.part(width: width(of: quantity)))
  }

  private func dataset(_ quantity: SpectralQuantity, _ rows: SpectrumRows) throws(HDF5Error)
    -> StoredDataset
  {
    let dataset = try file.root.dataset(rows.path(of: quantity))
    try dataset.require(
      shape: rows.shape(width: width(of: quantity)), "\(rows.dimensions(of: quantity))")
    return dataset
  }

  private func width(of quantity: SpectralQuantity) -> Int? {
    switch quantity {
    case .singularValues: componentCount
    case .rankAtEnergy: energyLevels.count
    default: nil
    }
  }
}

extension Array {
  /// One row of a table that is stored row after row.
  fileprivate func row(_ index: Int, of width: Int) -> ArraySlice<Element> {
    self[index * width..<(index + 1) * width]
  }
}
