import LinearAlgebra

/// The parameters of one decoder layer in float32.
///
/// Norms that the architecture lacks are empty.
public final class LayerWeights {
  /// Norm before the attention, [1 × d].
  public var attentionNorm: Matrix
  /// q, k, v: [(heads + 2 key/value heads) · head dimension × d].
  public let queryKeyValue: LinearWeight
  /// Norm of each query head, [1 × head dimension].
  public var queryNorm: Matrix
  /// Norm of each key head, [1 × head dimension].
  public var keyNorm: Matrix
  /// o: [d × heads · head dimension].
  public let output: LinearWeight
  /// Norm of the attention's output before it is added, [1 × d].
  public var attentionOutputNorm: Matrix
  /// Norm before the MLP, [1 × d].
  public var mlpNorm: Matrix
  /// gate, up: [2 · intermediate × d].
  public let gateUp: LinearWeight
  /// down: [d × intermediate].
  public let down: LinearWeight
  /// Norm of the MLP's output before it is added, [1 × d].
  public var mlpOutputNorm: Matrix

  /// Makes room for a layer; the values come with a `TensorReading`.
  init(_ configuration: ModelConfiguration) {
    func linear(_ site: LinearSite) -> LinearWeight { LinearWeight(configuration, site) }
    queryKeyValue = linear(.queryKeyValue)
    output = linear(.output)
    gateUp = linear(.gateUp)
    down = linear(.down)
    attentionNorm = Matrix(rows: 0, columns: 0)
    queryNorm = Matrix(rows: 0, columns: 0)
    keyNorm = Matrix(rows: 0, columns: 0)
    attentionOutputNorm = Matrix(rows: 0, columns: 0)
    mlpNorm = Matrix(rows: 0, columns: 0)
    mlpOutputNorm = Matrix(rows: 0, columns: 0)
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

/// The checkpoint's names of a layer's norms, nil where the architecture has none.
struct NormNames {
  var attention = "input_layernorm"
  var query: String?
  var key: String?
  var attentionOutput: String?
  var mlp = "post_attention_layernorm"
  var mlpOutput: String?
}

extension ModelConfiguration {
  var normNames: NormNames {
    var names = NormNames()
    if normalizesQueriesAndKeys {
      names.query = "self_attn.q_norm"
      names.key = "self_attn.k_norm"
    }
    if normalizesBlockOutputs {
      names.attentionOutput = "post_attention_layernorm"
      names.mlp = "pre_feedforward_layernorm"
      names.mlpOutput = "post_feedforward_layernorm"
    }
    return names
  }
}
