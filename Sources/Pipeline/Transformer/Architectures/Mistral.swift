import OrderedJSON

extension Architecture {
  /// Mistral (transformers: `models/mistral`): llama with a sliding window in every layer, or in
  /// those that `layer_types` names (`models/ministral`, as which transformers reads such a file).
  static let mistral = Architecture(
    name: "mistral",
    defaults: [
      "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
      "hidden_act": "silu", "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6,
      "rope_theta": 10_000, "tie_word_embeddings": false, "sliding_window": 4096,
    ]
  ) { (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    let window = try reader.optionalSize("sliding_window")
    try configuration.useWindow(window, reader) { _ in window != nil }
  }
}
