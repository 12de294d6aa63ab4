import OrderedJSON

extension Architecture {
  /// Qwen 2 and 2.5 (transformers: `models/qwen2`): llama with biases on q, k and v.
  static let qwen2 = Architecture(name: "qwen2", defaults: qwenDefaults([:])) {
    (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    configuration.queryKeyValueBias = true
    try configuration.useQwenWindows(reader)
  }

  /// Qwen 3 (transformers: `models/qwen3`): q and k normalised per head, no biases by default.
  static let qwen3 = Architecture(
    name: "qwen3", defaults: qwenDefaults(["head_dim": 128, "attention_bias": false])
  ) { (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    configuration.normalizesQueriesAndKeys = true
    let bias = try reader.flag("attention_bias")
    configuration.queryKeyValueBias = bias
    configuration.outputBias = bias
    try configuration.useQwenWindows(reader)
  }

  /// The defaults that both have, and some more.
  private static func qwenDefaults(_ own: KeyValuePairs<String, JSONValue>) -> JSONValue {
    let shared: KeyValuePairs<String, JSONValue> = [
      "vocab_size": 151_936, "hidden_size": 4096, "intermediate_size": 22016,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32,
      "hidden_act": "silu", "max_position_embeddings": 32768, "rms_norm_eps": 1e-6,
      "rope_theta": 10_000, "tie_word_embeddings": false, "use_sliding_window": false,
      "sliding_window": 4096,
      "max_window_layers": 28,
    ]
    return .object(
      JSONObject(
        (Array(shared) + Array(own)).map { JSONObject.Member(key: $0.key, value: $0.value) }))
  }
}

extension ModelConfiguration {
  /// The window counts only with `use_sliding_window`, and then from `max_window_layers` on, or
  /// where `layer_types` says so.
  fileprivate mutating func useQwenWindows(_ reader: ConfigurationReader) throws(ModelError) {
    let stated = try reader.optionalSize("sliding_window")
    let window = try reader.flag("use_sliding_window") ? stated : nil
    let first = try reader.integer("max_window_layers")
    try useWindow(window, reader) { window != nil && $0 >= first }
  }
}
