import LinearAlgebra

extension LayerWeights {
  /// The reading of a layer's tensors into these matrices.
  ///
  /// - Parameters:
  ///   - layer: Layer, from 0.
  ///   - configuration: What the model computes.
  ///   - source: Has the tensors in the shapes of the configuration.
  ///   - checks: Whether the values must be finite; a later reading of the same need not ask again.
  /// - Returns: The reading, not begun.
  func reading(
    layer: Int, _ configuration: ModelConfiguration, from source: any TensorSource, checks: Bool
  ) -> TensorReading {
    var pieces = [{ try self.readVectors(layer: layer, configuration, from: source) }]
    for module in configuration.linearModules(ofLayer: layer) {
      let weight = self[module.site]
      pieces += source.pieces(
        of: module.checkpointName + ".weight", rows: 0..<module.outFeatures,
        columns: module.inFeatures, checks: checks, into: { try $0(&weight.matrix) },
        atRow: module.rows.lowerBound)
    }
    return TensorReading(pieces)
  }

  /// Norms and biases, which are too small for more than one thread.
  private func readVectors(
    layer: Int, _ configuration: ModelConfiguration, from source: any TensorSource
  ) throws {
    let names = configuration.normNames
    func norm(_ name: String?, _ size: Int) throws -> Matrix {
      guard let name else { return Matrix(rows: 0, columns: 0) }
      return try source.norm("model.layers.\(layer).\(name).weight", size, configuration)
    }
    attentionNorm = try norm(names.attention, configuration.hiddenSize)
    queryNorm = try norm(names.query, configuration.headDimension)
    keyNorm = try norm(names.key, configuration.headDimension)
    attentionOutputNorm = try norm(names.attentionOutput, configuration.hiddenSize)
    mlpNorm = try norm(names.mlp, configuration.hiddenSize)
    mlpOutputNorm = try norm(names.mlpOutput, configuration.hiddenSize)
    for module in configuration.linearModules(ofLayer: layer)
    where configuration.hasBias(module.site) {
      let part = try source.vector(module.checkpointName + ".bias", module.outFeatures)
      self[module.site].bias.setRow(0, from: module.rows.lowerBound, to: part.row(0))
    }
  }
}
