import OrderedJSON

extension Architecture {
  /// Llama 2 and 3, SmolLM2 (transformers: `models/llama`): the plain form, with optional biases.
  static let llama = Architecture(
    name: "llama",
    defaults: [
      "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
      "num_hidden_layers": 32, "num_attention_heads": 32, "hidden_act": "silu",
      "max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "rope_theta": 10_000,
      "tie_word_embeddings": false,
      "attention_bias": false, "mlp_bias": false,
    ]
  ) { (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    let bias = try reader.flag("attention_bias")
    configuration.queryKeyValueBias = bias
    configuration.outputBias = bias
    configuration.mlpBias = try reader.flag("mlp_bias")
    if let window = try reader.optionalSize("sliding_window"), window < configuration.contextLength
    {
      // No key of this class; transformers heeds it in its cache but not in its mask.
      throw reader.unsupported("sliding_window")
    }
    try configuration.requireSameLayers(reader)
  }
}

extension ModelConfiguration {
  mutating func usePlainRotary(_ reader: ConfigurationReader) throws(ModelError) {
    let parameters = try reader.ropeParameters()
    rotaryEmbeddings = [
      try RotaryConfiguration(
        parameters, headDimension: headDimension, contextLength: contextLength)
    ]
  }
}
