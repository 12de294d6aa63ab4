import LinearAlgebra

/// The parameters of one decoder layer in float32.
public final class LayerWeights {
  /// q, k, v: [(heads + 2 key/value heads) · head dimension × d].
  public let queryKeyValue: LinearWeight
  /// o: [d × heads · head dimension].
  public let output: LinearWeight
  /// gate, up: [2 · intermediate × d].
  public let gateUp: LinearWeight
  /// down: [d × intermediate].
  public let down: LinearWeight
  private let norms = NormKind.allCases.map { _ in Norm() }

  private final class Norm { var scale = Matrix(rows: 0, columns: 0) }

  /// Makes room for a layer; the values come with a `TensorReading`.
  init(_ configuration: ModelConfiguration) {
    func linear(_ site: LinearSite) -> LinearWeight { LinearWeight(configuration, site) }
    queryKeyValue = linear(.queryKeyValue)
    output = linear(.output)
    gateUp = linear(.gateUp)
    down = linear(.down)
  }

  /// Floats of the matrices; norms and biases are too few to count.
  static func floatCount(_ configuration: ModelConfiguration) -> Double {
    Double(configuration.linearWeightCountPerLayer)
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
