import Failures
import LinearAlgebra
import OrderedCollections
import ResultFiles
import SafetyGradients
import Spectra
import Transformer

/// The subspaces that a spectra file holds for a model's modules.
public struct StoredSubspaces {
  private let file: SpectraFile
  private let source: SpectrumSource
  private let rank: Int

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - file: The spectra.
  ///   - source: The example, or the mean, whose vectors are used.
  ///   - rank: Components a module.
  public init(_ file: SpectraFile, source: SpectrumSource, rank: Int) {
    self.file = file
    self.source = source
    self.rank = rank
  }

  /// Reads the first components of every module in the file that has any.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - fingerprint: What the file must say of its model, or nil to take any model of this shape.
  /// - Returns: U_r and Vh_r of each of them.
  /// - Throws: `StoredSubspaceError`, `HDF5Error`.
  public func read(
    for configuration: ModelConfiguration, fingerprint: String?
  ) throws -> ModuleMatrices {
    if let fingerprint, file.provenance.modelFingerprint != fingerprint {
      throw StoredSubspaceError.otherModel(
        path: file.path, found: file.provenance.modelFingerprint, expected: fingerprint)
    }
    var known: [String: LinearModule] = [:]
    for module in configuration.linearModules { known[module.name] = module }
    var subspaces: ModuleMatrices = [:]
    for (index, stored) in file.modules.enumerated() {
      guard let module = known[stored.name], module.outFeatures == stored.outFeatures,
        module.inFeatures == stored.inFeatures
      else { throw StoredSubspaceError.otherShape(path: file.path, module: stored.name) }
      guard try file.hasVectors(of: source, module: index) else { continue }
      let vectors = try file.vectors(of: source, module: index)
      try StoredVectors(path: file.path, module: stored.name).require(vectors)
      let kept = min(rank, vectors.innerDimension)
      if kept > 0 { subspaces[module] = vectors.keeping(0..<kept) }
    }
    guard !subspaces.isEmpty else { throw StoredSubspaceError.noVectors(path: file.path) }
    return subspaces
  }
}

/// Why the subspaces of a spectra file cannot be used.
public enum StoredSubspaceError: Failure, Equatable {
  /// The file was made from another model.
  case otherModel(path: String, found: String, expected: String)
  /// A module of the file is not in the model, or has another shape there.
  case otherShape(path: String, module: String)
  /// The file holds no singular vectors.
  case noVectors(path: String)
  /// What it holds of a module are no singular vectors.
  case notOrthonormal(path: String, module: String, defect: String)

  /// Unsuitable data.
  public var kind: FailureKind { .badData }

  /// One line that names the file and the value.
  public var description: String {
    switch self {
    case .otherModel(let path, let found, let expected):
      "\(path): made from model \(found.prefix(12)), this is \(expected.prefix(12)) "
        + "(--allow-other-model uses it all the same)"
    case .otherShape(let path, let module):
      "\(path): the model has no module \(module) of that shape"
    case .noVectors(let path):
      "\(path): holds no singular vectors (written with --no-vectors?)"
    case .notOrthonormal(let path, let module, let defect):
      "\(path): \(module): the stored singular vectors are not orthonormal: \(defect)"
    }
  }
}
