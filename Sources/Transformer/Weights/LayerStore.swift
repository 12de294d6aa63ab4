/// Where the forward and backward passes get the weights of a layer from.
protocol LayerStore: AnyObject {
  /// The weights of a layer, valid until the next call.
  ///
  /// - Parameter index: Layer, from 0.
  /// - Returns: The weights; which updates they carry is up to the caller.
  /// - Throws: When the weights cannot be read.
  func layer(_ index: Int) throws -> LayerWeights
}

/// All layers in memory.
final class ResidentLayers: LayerStore {
  private let layers: [LayerWeights]

  init(_ layers: [LayerWeights]) { self.layers = layers }

  func layer(_ index: Int) -> LayerWeights { layers[index] }
}
