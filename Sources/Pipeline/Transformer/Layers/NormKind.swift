/// The norms of a layer and of the model.
public enum NormKind: Int, CaseIterable, Sendable {
  /// Before the attention.
  case attention
  /// Of each query head.
  case query
  /// Of each key head.
  case key
  /// Of the attention's output before it is added.
  case attentionOutput
  /// Before the MLP.
  case mlp
  /// Of the MLP's output before it is added.
  case mlpOutput
  /// Before the head.
  case final

  /// Those of a layer.
  static var ofLayer: [NormKind] { allCases.filter { $0 != .final } }
}

extension ModelConfiguration {
  /// A norm's place in a checkpoint and its size, or nil where the architecture has none.
  func norm(_ kind: NormKind, layer: Int?) -> (tensor: String, size: Int)? {
    let isSandwich = normalizesBlockOutputs
    let (name, size): (String?, Int) =
      switch kind {
      case .attention: ("input_layernorm", hiddenSize)
      case .query: (normalizesQueriesAndKeys ? "self_attn.q_norm" : nil, headDimension)
      case .key: (normalizesQueriesAndKeys ? "self_attn.k_norm" : nil, headDimension)
      case .attentionOutput: (isSandwich ? "post_attention_layernorm" : nil, hiddenSize)
      case .mlp: (isSandwich ? "pre_feedforward_layernorm" : "post_attention_layernorm", hiddenSize)
      case .mlpOutput: (isSandwich ? "post_feedforward_layernorm" : nil, hiddenSize)
      case .final: ("norm", hiddenSize)
      }
    guard let name else { return nil }
    return ("model." + (layer.map { "layers.\($0)." } ?? "") + name + ".weight", size)
  }

  /// The norms that a layer has, in the order of `NormKind`.
  func norms(ofLayer layer: Int) -> [(kind: NormKind, tensor: String, size: Int)] {
    NormKind.ofLayer.compactMap { kind in
      norm(kind, layer: layer).map { (kind, $0.tensor, $0.size) }
    }
  }
}
