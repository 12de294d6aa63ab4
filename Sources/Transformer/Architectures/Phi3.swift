extension Architecture {
  /// Phi-3, 3.5 and 4-mini (transformers: `models/phi3`): fused q, k, v and gate, up; longrope;
  /// possibly a rotary embedding on the first part of each head only.
  static let phi3 = Architecture(name: "phi3") {
    (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    configuration.fusesProjections = true
    let window = try reader.optionalSize("sliding_window")
    for layer in configuration.layers.indices { configuration.layers[layer].slidingWindow = window }
  }
}
