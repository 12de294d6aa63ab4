import HDF5
import LinearAlgebra
import ResultFiles

/// Writes a `suture-spectra` file, one module of one example (or of the mean) after the other.
///
/// ```
/// /example /token_count /answer_token_count /loss                     [E]
/// /kind /source                                                       [E]     with controls
/// /module /layer /projection /out_features /in_features               [M]
/// /component /energy_level                                            [K] [3]
/// /singular_values                                                    [E, M, K]  NaN-padded
/// /rank_bound /frobenius_norm /stable_rank /effective_rank            [E, M]
/// /participation_ratio                                                [E, M]
/// /rank_at_energy                                                     [E, M, 3]
/// /residual /orthogonality_defect                                     [E, M]
/// /mean/...                             the same without the example dimension
/// /vectors/<example index or mean>/<module>/u /vh                     [out, k] [k, in]
/// /attribution/<example index>/<module>                               [T, k]
/// /tokens/<example index>/id /answer_mask /text                       [T]
///
/// With controls `mean` is `mean/<kind>`, once a kind. Where they are asked for, `/mean_count` [N] and
/// `/mean_by_count/...` are the means over the first 1, 2, 4, ... examples, [N, M], without vectors.
/// ```
/// K, the largest rank bound in the file, is known only at the end: the tables of singular values
/// are stored in chunks and grow. Nothing is kept in memory.
public struct SpectraFileWriter: ~Copyable {
  /// Shares of the energy at which ranks are given.
  public static let energyLevels = [0.90, 0.95, 0.99]
  private static let chunkLength = 256

  private let file: File
  private let moduleCount: Int
  private let exampleCount: Int
  private let moduleNames: [String]
  private let means: [SpectrumSource]
  private let meanCountCount: Int
  private var componentCount = 0
  private var sourcesWithVectors: Set<SpectrumSource> = []
  private var examplesWithAttribution: Set<Int> = []
  private var hasTokens = false
  private var largestRankBound = 0

  /// Creates a file; one of that name is overwritten.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - provenance: Where the numbers come from.
  ///   - modules: The weights that have gradients.
  ///   - examples: The examples.
  ///   - countsMeans: Whether there are means over the first 1, 2, 4, ... examples.
  /// - Throws: `HDF5Error.cannotCreate`, `HDF5Error.callFailed`.
  public init(
    creating path: String, provenance: Provenance, modules: [GradientModule],
    examples: [GradientExample], countsMeans: Bool = false
  ) throws(HDF5Error) {
    let file = try File(creating: path)
    try ResultTables(provenance: provenance, modules: modules, examples: examples)
      .write(as: .spectra, to: file.root)
    try file.root.write(Self.energyLevels, as: "energy_level").becomeScale(of: "energy_level")
    try file.root.setCoordinates(GradientModule.columns + GradientExample.columns(of: examples))
    let counts = countsMeans ? examples.meanCounts : []
    if !counts.isEmpty {
      try file.root.write(counts.map { Int32(clamping: $0) }, as: "mean_count")
        .becomeScale(of: "mean_count")
    }
    let means = examples.means + (counts.isEmpty ? [] : [.meanOfFirst(0)])
    if !examples.kinds.isEmpty { _ = try file.root.createGroup("mean") }
    for path in means.compactMap(\.meanPath) {
      try file.root.createGroup(path).setCoordinates(GradientModule.columns)
    }
    _ = try file.root.createGroup("vectors")
    for source in [SpectrumSource.example(0)] + means {
      let table = SpectrumRows(
        source: source, modules: 0..<0, exampleCount: examples.count, moduleCount: modules.count,
        meanCountCount: counts.count)
      for quantity in SpectralQuantity.allCases {
        try Self.createTable(of: quantity, table, in: file.root)
      }
    }
    self.file = file
    self.means = means
    meanCountCount = counts.count
    moduleCount = modules.count
    exampleCount = examples.count
    moduleNames = modules.map(\.name)
  }

  /// Records something about how the file came about as an attribute of the root group.
  ///
  /// - Parameters:
  ///   - name: Name of the attribute, which must be new: `svd_driver`, `source`, ...
  ///   - text: Its value.
  /// - Throws: `HDF5Error.callFailed`.
  public func annotate(_ name: String, _ text: String) throws(HDF5Error) {
    try file.root.setAttribute(name, text)
  }

  /// Writes the loss of an example that was not known when the file was begun.
  ///
  /// - Parameters:
  ///   - loss: Mean negative log-likelihood of its answer tokens.
  ///   - example: Index of the example.
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func write(loss: Double, example: Int) throws(HDF5Error) {
    try file.root.dataset("loss").write([loss], to: Hyperslab(origin: [example], extent: [1]))
  }

  /// Writes a spectrum and its measures.
  ///
  /// - Parameters:
  ///   - spectrum: The spectrum.
  ///   - source: Whose gradient.
  ///   - module: Index of the module.
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func write(_ spectrum: ModuleSpectrum, of source: SpectrumSource, module: Int)
    throws(HDF5Error)
  {
    try reserve(spectrum.singularValues.count)
    largestRankBound = max(largestRankBound, spectrum.rankBound)
    let row = rows(of: source, module)
    try write(spectrum.singularValues, .singularValues, row)
    try write([Int32(clamping: spectrum.rankBound)], .rankBound, row)
    try write([spectrum.frobeniusNorm], .frobeniusNorm, row)
    try write([spectrum.stableRank], .stableRank, row)
    try write([spectrum.effectiveRank], .effectiveRank, row)
    try write([spectrum.participationRatio], .participationRatio, row)
    try write(spectrum.rankAtEnergy.map { Int32(clamping: $0) }, .rankAtEnergy, row)
    try write([spectrum.residual], .residual, row)
    try write([spectrum.orthogonalityDefect], .orthogonalityDefect, row)
  }

  /// Writes singular vectors.
  ///
  /// In each column of U the entry of largest magnitude is positive.
  ///
  /// - Parameters:
  ///   - vectors: U, [out x k], and Vh, [k x in].
  ///   - source: Whose gradient.
  ///   - module: Index of the module.
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func write(
    _ vectors: LowRankMatrix, of source: SpectrumSource, module: Int
  ) throws(HDF5Error) {
    if source.isMean, source != .mean, !sourcesWithVectors.contains(where: \.isMean) {
      _ = try file.root.createGroup(SpectrumSource.mean.vectorsPath)
    }
    if sourcesWithVectors.insert(source).inserted {
      _ = try file.root.createGroup(source.vectorsPath)
    }
    let folder = try file.root.createGroup(source.vectorsPath + "/" + moduleNames[module])
    try folder.write(vectors.left, as: "u")
    try folder.write(vectors.right, as: "vh")
  }

  /// Writes the shares of an example's tokens in the components of a gradient.
  ///
  /// - Parameters:
  ///   - shares: [tokens x k], as `SpectraFile.attribution` returns them.
  ///   - example: Index of the example.
  ///   - module: Index of the module.
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func write(attribution shares: borrowing Matrix, example: Int, module: Int)
    throws(HDF5Error)
  {
    let folder = "attribution/\(example)"
    if examplesWithAttribution.isEmpty { _ = try file.root.createGroup("attribution") }
    if examplesWithAttribution.insert(example).inserted { _ = try file.root.createGroup(folder) }
    try file.root.write(shares, as: folder + "/" + moduleNames[module])
  }

  /// Writes the tokens of an example, so that attributions can be read.
  ///
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - example: Index of the example.
  /// - Throws: `HDF5Error`.
  public mutating func write(_ tokens: ExampleTokens, example: Int) throws(HDF5Error) {
    if !hasTokens { _ = try file.root.createGroup("tokens") }
    hasTokens = true
    try tokens.write(to: file.root.createGroup("tokens/\(example)"))
  }

  /// Completes the file and closes it.
  ///
  /// - Throws: `HDF5Error.callFailed`, as when the disk is full.
  public consuming func close() throws(HDF5Error) {
    try setComponentCount(largestRankBound)
    let components = (0..<largestRankBound).map { Int32(clamping: $0 + 1) }
    try file.root.write(components, as: "component").becomeScale(of: "component")
    for source in [SpectrumSource.example(0)] + means { try nameDimensions(of: source) }
    try file.close()
  }
}

extension SpectraFileWriter {
  private func rows(of source: SpectrumSource, _ module: Int) -> SpectrumRows {
    SpectrumRows(
      source: source, modules: module..<module + 1, exampleCount: exampleCount,
      moduleCount: moduleCount, meanCountCount: meanCountCount)
  }

  private static func createTable(
    of quantity: SpectralQuantity, _ table: SpectrumRows, in root: borrowing Group
  ) throws(HDF5Error) {
    let path = table.path(of: quantity)
    switch quantity {
    case .singularValues:
      let leading = table.shape(width: nil)
      _ = try root.createDataset(
        path, shape: leading + [0], growing: leading.count,
        chunk: leading.map { _ in 1 } + [Self.chunkLength], fill: Float.nan)
    case .rankBound:
      _ = try root.createDataset(path, shape: table.shape(width: nil), fill: Int32(0))
    case .rankAtEnergy:
      let shape = table.shape(width: Self.energyLevels.count)
      _ = try root.createDataset(path, shape: shape, fill: Int32(0))
    default:
      _ = try root.createDataset(path, shape: table.shape(width: nil), fill: Double.nan)
    }
  }

  private func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ quantity: SpectralQuantity, _ row: SpectrumRows
  ) throws(HDF5Error) {
    let part = row.part(width: quantity.lastDimension.map { _ in values.count })
    try file.root.dataset(row.path(of: quantity)).write(values, to: part)
  }

  private mutating func reserve(_ count: Int) throws(HDF5Error) {
    if count > componentCount { try setComponentCount(count) }
  }

  private mutating func setComponentCount(_ count: Int) throws(HDF5Error) {
    for source in [SpectrumSource.example(0)] + means {
      let table = rows(of: source, 0)
      var dataset = try file.root.dataset(table.path(of: .singularValues))
      try dataset.grow(to: table.shape(width: count))
    }
    componentCount = count
  }

  /// Attaches the dimension scales to the tables, and links them into the group of a mean, where xarray looks
  /// for the coordinates of that group.
  private func nameDimensions(of source: SpectrumSource) throws(HDF5Error) {
    let table = rows(of: source, 0)
    for quantity in SpectralQuantity.allCases {
      let dataset = try file.root.dataset(table.path(of: quantity))
      for (axis, dimension) in table.dimensions(of: quantity).enumerated() {
        let scale = try file.root.dataset(dimension)
        try dataset.attach(scale, toAxis: axis, name: dimension)
      }
    }
    if let path = source.meanPath {
      let count = source.hasVectors ? [] : ["mean_count"]
      for name in ["module", "component", "energy_level"] + GradientModule.columns + count {
        try file.root.link(path + "/" + name, to: "/" + name)
      }
    }
  }
}
