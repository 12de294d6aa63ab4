extension Architecture {
  /// Qwen 2 and 2.5 (transformers: `models/qwen2`): llama with biases on q, k and v.
  static let qwen2 = Architecture(name: "qwen2") {
    (configuration, reader) throws(ModelError) in
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    configuration.queryKeyValueBias = true
    try configuration.useQwenWindows(reader)
  }

  /// Qwen 3 (transformers: `models/qwen3`): q and k normalised per head, no biases by default.
  static let qwen3 = Architecture(name: "qwen3") {
    (configuration, reader) throws(ModelError) in
    if reader.value("head_dim") == nil { configuration.useHeadDimension(128) }
    try configuration.usePlainRotary(reader)
    try configuration.useActivation(reader, key: "hidden_act")
    configuration.normalizesQueriesAndKeys = true
    let bias = try reader.flag("attention_bias", default: false)
    configuration.queryKeyValueBias = bias
    configuration.outputBias = bias
    try configuration.useQwenWindows(reader)
  }
}

extension ModelConfiguration {
  mutating func useHeadDimension(_ dimension: Int) {
    headDimension = dimension
    attentionScale = 1 / Float(dimension).squareRoot()
  }

  /// The window counts only with `use_sliding_window`, and then from `max_window_layers` on, or
  /// where `layer_types` says so.
  fileprivate mutating func useQwenWindows(_ reader: ConfigurationReader) throws(ModelError) {
    guard try reader.flag("use_sliding_window", default: false),
      let window = try reader.optionalSize("sliding_window")
    else { return }
    let first = try reader.integer("max_window_layers") ?? 28
    try useWindow(window, reader) { $0 >= first }
  }

  /// Gives a window to the layers that `layer_types` names, or, without that key, to those that
  /// `isLocal` picks.
  mutating func useWindow(
    _ window: Int?, _ reader: ConfigurationReader, isLocal: (Int) -> Bool
  ) throws(ModelError) {
    let types = try reader.strings("layer_types", count: layerCount)
    for layer in layers.indices {
      switch types?[layer] {
      case nil: layers[layer].slidingWindow = isLocal(layer) ? window : nil
      case "sliding_attention": layers[layer].slidingWindow = window
      case "full_attention": layers[layer].slidingWindow = nil
      case let type?: throw .unsupported(key: "layer_types", value: type)
      }
    }
  }
}
