import LinearAlgebra
import Synchronization

extension LayerWeights {
  /// The reading of a layer's tensors into these matrices, which are empty until it is finished.
  ///
  /// - Parameters:
  ///   - layer: Layer, from 0.
  ///   - configuration: What the model computes.
  ///   - source: Has the tensors in the shapes of the configuration.
  ///   - checks: Whether the values must be finite; a later reading of the same need not ask again.
  /// - Returns: The reading, not begun.
  func reading(
    layer: Int, _ configuration: ModelConfiguration, from source: any TensorSource, checks: Bool
  ) -> TensorReading {
    let vectors = LayerVectors()
    var pieces: [PieceQueue.Piece] = [
      { try vectors.read(layer: layer, configuration, from: source) }
    ]
    let modules = configuration.linearModules(ofLayer: layer)
    var matrices: [(weight: LinearWeight, assembly: MatrixAssembly)] = []
    for site in LinearSite.allCases {
      let assembly = MatrixAssembly(self[site].matrix.take())
      matrices.append((self[site], assembly))
      for module in modules where module.site == site {
        pieces += source.pieces(
          of: module.checkpointName + ".weight", rows: 0..<module.outFeatures,
          columns: module.inFeatures, checks: checks, into: assembly,
          atRow: module.rows.lowerBound)
      }
    }
    return TensorReading(pieces) {
      for (weight, assembly) in matrices { weight.matrix = assembly.finish() }
      vectors.move(to: self)
    }
  }
}

/// Norms and biases of a layer, which are too small for more than one thread.
private final class LayerVectors: Sendable {
  private struct Values {
    var norms: [(kind: NormKind, scale: [Float])] = []
    var biases: [(site: LinearSite, start: Int, part: [Float])] = []
  }

  private let values = Mutex(Values())

  func read(
    layer: Int, _ configuration: ModelConfiguration, from source: any TensorSource
  ) throws {
    var found = Values()
    for (kind, name, size) in configuration.norms(ofLayer: layer) {
      found.norms.append((kind, try source.norm(name, size, configuration)))
    }
    for module in configuration.linearModules(ofLayer: layer)
    where configuration.hasBias(module.site) {
      let part = try source.vector(module.checkpointName + ".bias", module.outFeatures)
      found.biases.append((module.site, module.rows.lowerBound, part))
    }
    values.withLock { [found] in $0 = found }
  }

  func move(to weights: LayerWeights) {
    let values = values.withLock { $0 }
    for (kind, scale) in values.norms { weights[norm: kind] = Matrix(row: scale) }
    for (site, start, part) in values.biases {
      weights[site].bias.setRow(0, from: start, to: part.span)
    }
  }
}
