import OrderedJSON

extension Architecture {
  /// Gemma 2 (transformers: `models/gemma2`): soft-capped scores and logits, four norms a layer,
  /// windows in every other layer.
  static let gemma2 = Architecture(
    name: "gemma2",
    defaults: [
      "vocab_size": 256_000, "hidden_size": 2304, "intermediate_size": 9216,
      "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4,
      "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "max_position_embeddings": 8192,
      "rms_norm_eps": 1e-6, "rope_theta": 10_000, "tie_word_embeddings": true,
      "attention_bias": false, "query_pre_attn_scalar": 256, "sliding_window": 4096,
      "final_logit_softcapping": 30.0,
      "attn_logit_softcapping": 50.0,
    ]
  ) { (configuration, reader) throws(ModelError) in
    try configuration.useGemmaForm(reader)
    try configuration.usePlainRotary(reader)
    configuration.attentionSoftCap = try reader.optionalNumber("attn_logit_softcapping").map(
      Float.init)
    let window = try reader.optionalSize("sliding_window")
    try configuration.useWindow(window, reader) { $0.isMultiple(of: 2) }
  }

  /// Gemma 3, text (transformers: `models/gemma3`): normalised q and k, windows in all but every
  /// sixth layer, and a rotary base of their own for the layers with a window.
  static let gemma3 = Architecture(
    name: "gemma3_text",
    defaults: [
      "vocab_size": 262_208, "hidden_size": 2304, "intermediate_size": 9216,
      "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4,
      "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
      "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "tie_word_embeddings": true,
      "attention_bias": false, "query_pre_attn_scalar": 256, "sliding_window": 4096,
      "sliding_window_pattern": 6, "rope_theta": 1_000_000, "rope_local_base_freq": 10_000,
    ]
  ) { (configuration, reader) throws(ModelError) in
    try configuration.useGemmaForm(reader)
    configuration.normalizesQueriesAndKeys = true
    if reader.value("attn_logit_softcapping") != nil {
      // transformers has the key and does not use it.
      throw reader.unsupported("attn_logit_softcapping")
    }
    let window = try reader.optionalSize("sliding_window")
    let pattern = reader.value("layer_types") == nil ? try reader.size("sliding_window_pattern") : 1
    try configuration.useWindow(window, reader) { !($0 + 1).isMultiple(of: pattern) }
    try configuration.useLocalAndGlobalRotary(reader)
  }
}

extension ModelConfiguration {
  /// What the Gemma family shares: (1 + w) norms around both blocks, a scaled embedding, GeGLU, a
  /// query scale of its own, perhaps capped logits.
  fileprivate mutating func useGemmaForm(_ reader: ConfigurationReader) throws(ModelError) {
    normsAddOne = true
    normalizesBlockOutputs = true
    embeddingScale = Float(hiddenSize).squareRoot()
    // `hidden_act` is ignored, as in transformers: early files say "gelu" and mean the tanh form.
    try useActivation(reader, key: "hidden_activation")
    attentionScale = Float(1 / (try reader.number("query_pre_attn_scalar")).squareRoot())
    logitSoftCap = try reader.optionalNumber("final_logit_softcapping").map(Float.init)
    let bias = try reader.flag("attention_bias")
    queryKeyValueBias = bias
    outputBias = bias
  }

  /// Rotary 0 for layers that see everything, 1 for those with a window.
  fileprivate mutating func useLocalAndGlobalRotary(
    _ reader: ConfigurationReader
  ) throws(ModelError) {
    let (global, local) = try reader.ropeParametersByLayerType()
    rotaryEmbeddings = []
    for parameters in [global, local] {
      rotaryEmbeddings.append(
        try RotaryConfiguration(
          parameters, headDimension: headDimension, contextLength: contextLength))
    }
    for layer in layers.indices {
      layers[layer].rotary = layers[layer].slidingWindow == nil ? 0 : 1
    }
  }
}
