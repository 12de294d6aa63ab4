extension Architecture {
  /// Mistral (transformers: `models/mistral`): llama with a sliding window in every layer.
  static let mistral = Architecture(name: "mistral") {
    (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    let window = try reader.window(whenAbsent: 4096)
    for layer in configuration.layers.indices { configuration.layers[layer].slidingWindow = window }
  }
}
