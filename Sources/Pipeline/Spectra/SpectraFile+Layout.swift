import HDF5
import ResultFiles

extension FileFormat {
  /// Spectra, singular vectors and measures of gradients.
  package static let spectra = FileFormat(name: "suture-spectra", version: 1)
}

/// What is stored for each module: the name is that of the dataset.
enum SpectralQuantity: String, CaseIterable {
  case singularValues = "singular_values"
  case rankBound = "rank_bound"
  case frobeniusNorm = "frobenius_norm"
  case stableRank = "stable_rank"
  case effectiveRank = "effective_rank"
  case participationRatio = "participation_ratio"
  case rankAtEnergy = "rank_at_energy"
  case residual = "residual"
  case orthogonalityDefect = "orthogonality_defect"

  /// The dimension that it has beyond those of example and module.
  var lastDimension: String? {
    switch self {
    case .singularValues: "component"
    case .rankAtEnergy: "energy_level"
    default: nil
    }
  }
}

/// The rows of the tables of a spectra file that belong to one source and some modules.
///
/// Tables are [E, M] or [E, M, width] in the root group, [M] or [M, width] in that of a mean, and
/// [N, M] or [N, M, width] in that of the means over the first so many examples.
struct SpectrumRows {
  let source: SpectrumSource
  let modules: Range<Int>
  let exampleCount: Int
  let moduleCount: Int
  let meanCountCount: Int

  /// Where the table of a quantity is.
  func path(of quantity: SpectralQuantity) -> String {
    (source.meanPath.map { $0 + "/" } ?? "") + quantity.rawValue
  }

  /// Names of the dimensions of the table of a quantity.
  func dimensions(of quantity: SpectralQuantity) -> [String] {
    let leading =
      switch source {
      case .example: ["example", "module"]
      case .mean, .meanOfKind: ["module"]
      case .meanOfFirst: ["mean_count", "module"]
      }
    return leading + (quantity.lastDimension.map { [$0] } ?? [])
  }

  /// Extents of a table.
  func shape(width: Int?) -> [Int] {
    let leading =
      switch source {
      case .example: [exampleCount, moduleCount]
      case .mean, .meanOfKind: [moduleCount]
      case .meanOfFirst: [meanCountCount, moduleCount]
      }
    return leading + (width.map { [$0] } ?? [])
  }

  /// The rows in a table.
  func part(width: Int?) -> Hyperslab {
    var part = Hyperslab(origin: [modules.lowerBound], extent: [modules.count])
    switch source {
    case .example(let index), .meanOfFirst(let index):
      part.origin.insert(index, at: 0)
      part.extent.insert(1, at: 0)
    case .mean, .meanOfKind: break
    }
    if let width {
      part.origin.append(0)
      part.extent.append(width)
    }
    return part
  }
}

extension SpectrumSource {
  /// The group that holds the tables of a mean.
  var meanPath: String? {
    switch self {
    case .example: nil
    case .mean: "mean"
    case .meanOfKind(let kind): "mean/" + kind
    case .meanOfFirst: "mean_by_count"
    }
  }

  /// Whether its singular vectors are stored where any are.
  var hasVectors: Bool { if case .meanOfFirst = self { false } else { true } }

  /// The group that holds its singular vectors.
  package var vectorsPath: String {
    switch self {
    case .example(let index): "vectors/\(index)"
    case .mean: "vectors/mean"
    case .meanOfKind(let kind): "vectors/mean/" + kind
    case .meanOfFirst(let place): "vectors/mean_by_count/\(place)"
    }
  }

  /// The group that holds the shares of the tokens in its components; a mean has no tokens.
  package var attributionPath: String? {
    switch self {
    case .example(let index): "attribution/\(index)"
    case .mean, .meanOfKind, .meanOfFirst: nil
    }
  }
}
