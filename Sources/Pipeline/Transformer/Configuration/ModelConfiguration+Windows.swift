extension ModelConfiguration {
  /// Gives a window to the layers that `layer_types` names, or, without that key, to those that
  /// `isLocal` picks.
  ///
  /// - Throws: `ModelError` for other kinds of layers, and where a layer is to have a window but the
  ///   model has none.
  mutating func useWindow(
    _ window: Int?, _ reader: ConfigurationReader, isLocal: (Int) -> Bool
  ) throws(ModelError) {
    let types = try reader.strings("layer_types", count: layerCount)
    for layer in layers.indices {
      switch types?[layer] ?? (isLocal(layer) ? "sliding_attention" : "full_attention") {
      case "sliding_attention":
        guard let window else { throw .windowMissing(layer: layer) }
        layers[layer].slidingWindow = window
      case "full_attention": layers[layer].slidingWindow = nil
      case let type: throw .unsupported(key: "layer_types", value: type)
      }
    }
  }

  /// Refuses `layer_types` that say something else than what the layers are: transformers' class of
  /// the architecture has no such key, so that its mask and its cache would contradict each other.
  func requireSameLayers(_ reader: ConfigurationReader) throws(ModelError) {
    guard let types = try reader.strings("layer_types", count: layerCount) else { return }
    for (type, layer) in zip(types, layers) {
      let own = layer.slidingWindow == nil ? "full_attention" : "sliding_attention"
      guard type == own else { throw .unsupported(key: "layer_types", value: type) }
    }
  }
}
