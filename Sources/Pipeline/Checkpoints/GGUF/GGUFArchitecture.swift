/// The architectures whose GGUF files can be read, under their names in the file.
///
/// Mistral models have architecture `llama` there.
enum GGUFArchitecture: String {
  case llama
  case qwen2
  case qwen3
  case gemma2
  case gemma3
  case phi3

  /// Whether rows of queries and keys stand in the order of llama.cpp's rotary embedding.
  var hasRotaryPairs: Bool { self == .llama }

  /// What was added to the weights of the norms: Gemma multiplies by 1 + w, llama.cpp by what the
  /// file holds.
  var normOffset: Float {
    switch self {
    case .gemma2, .gemma3: 1
    case .llama, .qwen2, .qwen3, .phi3: 0
    }
  }

  /// The Hugging Face name of a tensor that the file calls, for example, `blk.0.attn_q.weight`, or
  /// nil when the architecture has no such tensor.
  func huggingFaceName(of name: String) -> String? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let suffix = parts.popLast(), suffix == "weight" || suffix == "bias" else { return nil }
    if parts.count == 1 {
      return Self.outsideBlocks[parts[0]].map { "\($0).\(suffix)" }
    }
    guard parts.count == 3, parts[0] == "blk", let block = Int(parts[1]), block >= 0,
      String(block) == parts[1], let module = modules[parts[2]]
    else { return nil }
    return "model.layers.\(block).\(module).\(suffix)"
  }

  /// Tensors that say how positions are embedded; the configuration takes them up.
  static let ropeTensors: Set<String> = [
    "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight",
  ]

  private static let outsideBlocks = [
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
  ]

  private static let attention = [
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_down": "mlp.down_proj",
  ]
  private static let gated = ["ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj"]
  private static let headNorms = [
    "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
  ]
  private static let norms = ["ffn_norm": "post_attention_layernorm"]
  private static let sandwichNorms = [
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
  ]
  private static let fused = ["attn_qkv": "self_attn.qkv_proj", "ffn_up": "mlp.gate_up_proj"]

  /// The modules of a block.
  private var modules: [String: String] {
    let others: [[String: String]] =
      switch self {
      case .llama, .qwen2: [Self.gated, Self.norms]
      case .qwen3: [Self.gated, Self.norms, Self.headNorms]
      case .gemma2: [Self.gated, Self.sandwichNorms]
      case .gemma3: [Self.gated, Self.sandwichNorms, Self.headNorms]
      case .phi3: [Self.fused, Self.norms]
      }
    return others.reduce(Self.attention) { $0.merging($1) { _, new in new } }
  }
}
