extension Architecture {
  /// Gemma 2 (transformers: `models/gemma2`): soft-capped scores and logits, four norms a layer,
  /// windows in every other layer.
  static let gemma2 = Architecture(name: "gemma2") {
    (configuration, reader) throws(ModelError) in
    try configuration.useGemmaForm(reader)
    try configuration.usePlainRotary(reader)
    configuration.attentionSoftCap = try reader.optionalNumber("attn_logit_softcapping").map(
      Float.init)
    configuration.logitSoftCap = try reader.optionalNumber("final_logit_softcapping").map(
      Float.init)
    let window = try reader.window(whenAbsent: 4096)
    try configuration.useWindow(window, reader) { $0.isMultiple(of: 2) }
  }

  /// Gemma 3, text (transformers: `models/gemma3`): normalised q and k, windows in all but every
  /// sixth layer, and a rotary base of their own for the layers with a window.
  static let gemma3 = Architecture(name: "gemma3_text") {
    (configuration, reader) throws(ModelError) in
    if try reader.flag("use_bidirectional_attention", default: false) {
      throw .unsupported(key: "use_bidirectional_attention", value: "true")
    }
    try configuration.useGemmaForm(reader)
    configuration.normalizesQueriesAndKeys = true
    configuration.attentionSoftCap = try reader.optionalNumber("attn_logit_softcapping").map(
      Float.init)
    configuration.logitSoftCap = try reader.optionalNumber("final_logit_softcapping").map(
      Float.init)
    let pattern = try reader.optionalSize(
      reader.value("sliding_window_pattern") == nil
        ? "_sliding_window_pattern" : "sliding_window_pattern")
    let window = try reader.window(whenAbsent: 4096)
    try configuration.useWindow(window, reader) { !($0 + 1).isMultiple(of: pattern ?? 6) }
    try configuration.useLocalAndGlobalRotary(reader)
  }
}

extension ModelConfiguration {
  /// What the Gemma family shares: (1 + w) norms around both blocks, a scaled and tied embedding,
  /// GeGLU, and a query scale of its own.
  fileprivate mutating func useGemmaForm(_ reader: ConfigurationReader) throws(ModelError) {
    if reader.value("head_dim") == nil { headDimension = 256 }
    normsAddOne = true
    normalizesBlockOutputs = true
    embeddingScale = Float(hiddenSize).squareRoot()
    tiesEmbeddings = try reader.flag("tie_word_embeddings", default: true)
    activation = .geluTanh
    if reader.value("hidden_activation") != nil {
      // `hidden_act` is ignored, as in transformers: early files say "gelu" and mean the tanh form.
      try useActivation(reader, key: "hidden_activation")
    }
    let scalar = try reader.optionalNumber("query_pre_attn_scalar") ?? 256
    attentionScale = Float(1 / scalar.squareRoot())
    let bias = try reader.flag("attention_bias", default: false)
    queryKeyValueBias = bias
    outputBias = bias
  }

  /// Rotary 0 for layers that see everything, 1 for those with a window, which is never scaled.
  fileprivate mutating func useLocalAndGlobalRotary(
    _ reader: ConfigurationReader
  ) throws(ModelError) {
    let global = try RotaryConfiguration(
      reader, headDimension: headDimension, contextLength: contextLength,
      layerType: "full_attention")
    var local = global
    if reader.value("rope_parameters") != nil {
      local = try RotaryConfiguration(
        reader, headDimension: headDimension, contextLength: contextLength,
        layerType: "sliding_attention")
    } else {
      local.base = try reader.optionalNumber("rope_local_base_freq") ?? 10_000
      local.scaling = .none
    }
    rotaryEmbeddings = [global, local]
    for layer in layers.indices {
      layers[layer].rotary = layers[layer].slidingWindow == nil ? 0 : 1
    }
  }
}
