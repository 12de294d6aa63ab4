extension Architecture {
  /// Llama 2 and 3, SmolLM2 (transformers: `models/llama`): the plain form, with optional biases.
  static let llama = Architecture(name: "llama") {
    (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    let bias = try reader.flag("attention_bias", default: false)
    configuration.queryKeyValueBias = bias
    configuration.outputBias = bias
    configuration.mlpBias = try reader.flag("mlp_bias", default: false)
  }
}

extension ModelConfiguration {
  mutating func usePlainRotary(_ reader: ConfigurationReader) throws(ModelError) {
    rotaryEmbeddings = [
      try RotaryConfiguration(reader, headDimension: headDimension, contextLength: contextLength)
    ]
  }
}
