import LinearAlgebra

/// The parameters of one decoder layer; norms and biases are always in memory.
public final class LayerWeights {
  /// q, k, v: [(heads + 2 key/value heads) · head dimension × d].
  public let queryKeyValue: LinearWeight
  /// o: [d × heads · head dimension].
  public let output: LinearWeight
  /// gate, up: [2 · intermediate × d].
  public let gateUp: LinearWeight
  /// down: [d × intermediate].
  public let down: LinearWeight
  private let norms: [Norm]

  private final class Norm {
    var scale = Matrix(rows: 0, columns: 0)
  }

  /// Reads a layer, or sees to it that products can read its matrices.
  ///
  /// - Parameters:
  ///   - layer: Layer, from 0.
  ///   - configuration: What the model computes.
  ///   - source: Has the tensors in the shapes of the configuration.
  ///   - isResident: Whether the matrices are held in memory.
  /// - Throws: `ModelError` for values that are not finite, or when they cannot be read.
  init(
    _ layer: Int, _ configuration: ModelConfiguration, from source: any TensorSource,
    isResident: Bool
  ) throws {
    func linear(_ site: LinearSite) throws -> LinearWeight {
      try LinearWeight(site, layer: layer, configuration, from: source, isResident: isResident)
    }
    norms = NormKind.allCases.map { _ in Norm() }
    for (kind, name, size) in configuration.norms(ofLayer: layer) {
      norms[kind.rawValue].scale = Matrix(row: try source.norm(name, size, configuration))
    }
    queryKeyValue = try linear(.queryKeyValue)
    output = try linear(.output)
    gateUp = try linear(.gateUp)
    down = try linear(.down)
  }

  /// Floats of the matrices; norms and biases are too few to count.
  static func floatCount(_ configuration: ModelConfiguration) -> Double {
    Double(configuration.linearWeightCountPerLayer)
  }

  /// Floats that products hold of matrices that are not in memory: the largest block.
  static func blockFloatCount(_ configuration: ModelConfiguration) -> Double {
    let modules = configuration.linearModules(ofLayer: 0)
    return LinearSite.allCases.reduce(0) { largest, site in
      let parts = modules.filter { $0.site == site }
      let (rows, columns) = (parts.map(\.outFeatures).reduce(0, +), parts[0].inFeatures)
      let held = min(rows, WeightMatrix.rowsInBlock(columns: columns))
      return max(largest, Double(held) * Double(columns))
    }
  }

  /// The scale of a norm, [1 × d] or, of a head, [1 × head dimension]; empty where the architecture has
  /// none.
  ///
  /// - Parameter kind: Which of the layer's norms.
  public subscript(norm kind: NormKind) -> Matrix {
    _read { yield norms[kind.rawValue].scale }
    _modify { yield &norms[kind.rawValue].scale }
  }

  /// The weight at a site.
  ///
  /// - Parameter site: Which of the four.
  public subscript(site: LinearSite) -> LinearWeight {
    switch site {
    case .queryKeyValue: queryKeyValue
    case .output: output
    case .gateUp: gateUp
    case .down: down
    }
  }
}
