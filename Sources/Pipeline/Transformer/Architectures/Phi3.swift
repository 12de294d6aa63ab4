import OrderedJSON

extension Architecture {
  /// Phi-3, 3.5 and 4-mini (transformers: `models/phi3`): fused q, k, v and gate, up; longrope;
  /// possibly a rotary embedding on the first part of each head only.
  static let phi3 = Architecture(
    name: "phi3",
    defaults: [
      "vocab_size": 32064, "hidden_size": 3072, "intermediate_size": 8192,
      "num_hidden_layers": 32, "num_attention_heads": 32, "hidden_act": "silu",
      "max_position_embeddings": 4096, "original_max_position_embeddings": 4096,
      "rms_norm_eps": 1e-5, "rope_theta": 10_000, "tie_word_embeddings": false,
      "partial_rotary_factor": 1.0,
    ]
  ) { (configuration, reader) throws(ModelError) in
    // Files from before the kind had its name call LongRoPE by two others.
    let kinds: [String: RopeKind] = [
      "default": .plain, "longrope": .longRope, "su": .longRope, "yarn": .longRope,
    ]
    configuration.rotaryEmbeddings = [
      try RotaryConfiguration(
        try reader.ropeParameters(kinds: kinds), headDimension: configuration.headDimension,
        contextLength: configuration.contextLength, mayBePartial: true)
    ]
    configuration.recomputesKeysForLongRope = true
    _ = try reader.size("original_max_position_embeddings")
    try configuration.useActivation(reader, key: "hidden_act")
    configuration.fusesProjections = true
    let window = try reader.optionalSize("sliding_window")
    for layer in configuration.layers.indices { configuration.layers[layer].slidingWindow = window }
    try configuration.requireSameLayers(reader)
  }
}
