import OrderedJSON

extension GGUFSettings {
  /// Refuses by name every setting that changes what the model computes and is not taken up, unless
  /// it has the value at which it changes nothing.
  ///
  /// The keys are those of llama.cpp (`src/llama-arch.cpp`, `gguf/constants.py`).
  func refuseUnsupported() throws(GGUFFault) {
    for key in Self.zero { try require(key, in: [0], "0") }
    for key in Self.one { try require(key, in: [0, 1], "1") }
    if !isGemma {
      for key in ["attn_logit_softcapping", "final_logit_softcapping"] {
        try require(key, in: [0], "0")
      }
    }
    for (key, neutral) in [("attention.causal", true), ("use_parallel_residual", false)] {
      guard let value = value(key) else { continue }
      guard value.boolValue == neutral else {
        throw unsupported(key, value, "\(neutral)")
      }
    }
    let (head, rotary) = (try headDimension, try rotaryDimension)
    for (key, size) in [
      ("attention.value_length", head), ("attention.key_length_swa", head),
      ("attention.value_length_swa", head), ("rope.dimension_count_swa", rotary),
    ] { try require(key, in: [0, Double(size)], "\(size), as in the other layers") }
  }

  private var isGemma: Bool { architecture == .gemma2 || architecture == .gemma3 }

  /// Where a number is there it must be one of these.
  private func require(
    _ key: String, in neutral: [Double], _ expected: String
  ) throws(GGUFFault) {
    guard let value = value(key) else { return }
    let numbers = value.arrayValue ?? [value]
    let isNeutral = numbers.allSatisfy { $0.doubleValue.map(neutral.contains) ?? false }
    guard isNeutral else { throw unsupported(key, value, expected) }
  }

  private func unsupported(_ key: String, _ value: JSONValue, _ expected: String) -> GGUFFault {
    .invalidValue(
      key: fullKey(key), value: String(value.text().prefix(80)),
      expected: "\(expected), all that is supported")
  }

  /// Settings that change nothing at 0.
  private static let zero = [
    // Experts and multi-token prediction.
    "expert_count", "expert_used_count", "expert_shared_count", "expert_group_count",
    "nextn_predict_layers", "moe_every_n_layers", "leading_dense_block_count",
    // Attention of another kind.
    "attention.max_alibi_bias", "attention.clamp_kqv", "attention.scale", "attention.output_scale",
    "attention.q_lora_rank", "attention.kv_lora_rank", "attention.key_length_mla",
    "attention.value_length_mla", "attention.shared_kv_layers", "attention.temperature_length",
    "attention.temperature_scale", "attention.relative_buckets_count", "full_attention_interval",
    // Rotary embedding of another kind.
    "rope.dimension_sections", "rope.scaling.alpha", "rope.scaling.yarn_log_multiplier",
    "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_attn_factor",
    "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow",
    // Other factors and clamps.
    "swiglu_clamp_exp", "swiglu_clamp_shexp", "embedding_length_per_layer_input",
    "altup.num_inputs",
  ]

  /// Factors that change nothing at 1; 0 is what llama.cpp takes for an absent one.
  private static let one = ["logit_scale", "residual_scale", "embedding_scale"]
}
