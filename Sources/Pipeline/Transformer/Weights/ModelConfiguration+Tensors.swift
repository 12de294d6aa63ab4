extension ModelConfiguration {
  /// The name of the embedding.
  static let embeddingName = "model.embed_tokens.weight"

  /// Every tensor that the model is made of, by its name in the checkpoint, with its shape.
  public var tensorShapes: [(name: String, shape: [Int])] {
    var shapes = [(name: embeddingTensor, shape: [vocabularySize, hiddenSize])]
    for layer in 0..<layerCount { shapes += tensorShapes(ofLayer: layer) }
    shapes += norm(.final, layer: nil).map { [(name: $0.tensor, shape: [$0.size])] } ?? []
    if !tiesEmbeddings {
      shapes.append((name: "lm_head.weight", shape: [vocabularySize, hiddenSize]))
    }
    return shapes
  }

  private func tensorShapes(ofLayer layer: Int) -> [(name: String, shape: [Int])] {
    var shapes: [(name: String, shape: [Int])] = norms(ofLayer: layer).map {
      ($0.tensor, [$0.size])
    }
    for module in linearModules(ofLayer: layer) {
      shapes.append((module.checkpointName + ".weight", [module.outFeatures, module.inFeatures]))
      if hasBias(module.site) {
        shapes.append((module.checkpointName + ".bias", [module.outFeatures]))
      }
    }
    return shapes
  }

  /// Checks every shape before anything is allocated: sizes that no checkpoint bears out are no
  /// reason to ask for memory.
  ///
  /// - Parameter source: The checkpoint.
  /// - Throws: `missingTensor` or `shapeMismatch` for the first tensor that is not as it should be.
  public func requireTensors(in source: some TensorSource) throws(ModelError) {
    for (name, shape) in tensorShapes { try source.requireShape(name, shape) }
  }
}
