/// Where the forward and backward passes get the weights of a layer from.
protocol LayerStore: AnyObject {
  /// The weights of a layer, valid until the next call.
  ///
  /// - Parameters:
  ///   - index: Layer, from 0.
  ///   - next: The layer that is going to be asked for next, or nil when nobody knows.
  /// - Returns: The weights; which updates they carry is up to the caller.
  /// - Throws: When the weights cannot be read.
  func layer(_ index: Int, next: Int?) throws -> LayerWeights
}

/// Changes a layer's weights after they have been read, as adapters do.
public typealias LayerPreparation = (LayerWeights, Int) throws -> Void

/// All layers in memory.
final class ResidentLayers: LayerStore {
  private let layers: [LayerWeights]

  /// Reads all layers.
  ///
  /// - Parameters:
  ///   - configuration: What the model computes.
  ///   - source: Its tensors.
  ///   - prepare: Called with each layer once it is read.
  ///   - progress: Called with the number of layers read.
  /// - Throws: `ModelError`; errors of the source.
  init(
    _ configuration: ModelConfiguration, from source: any TensorSource, prepare: LayerPreparation,
    progress: (Int) -> Void
  ) throws {
    layers = try (0..<configuration.layerCount).map { index in
      let layer = LayerWeights(configuration)
      try layer.reading(layer: index, configuration, from: source, checks: true).finish()
      try prepare(layer, index)
      progress(index + 1)
      return layer
    }
  }

  func layer(_ index: Int, next: Int?) -> LayerWeights { layers[index] }
}
