import Checkpoints
import LinearAlgebra

extension LanguageModel {
  /// Writes the weights in float32 as one safetensors file with Hugging Face's names.
  ///
  /// Attached updates are added to the weights on the way; the model itself stays as it is.
  ///
  /// - Parameter path: The file to create.
  /// - Throws: `CheckpointError` when it cannot be written.
  public func writeWeights(to path: String) throws {
    var descriptors = outerTensors
    for index in 0..<configuration.layerCount { descriptors += try layerTensors(index) }
    let writer = try SafetensorsWriter(creating: path, tensors: descriptors)
    try write(outer.embedding, as: ModelConfiguration.embeddingName, to: writer)
    try writer.write(stored(norm: outer.finalNorm), to: "model.norm.weight")
    if !configuration.tiesEmbeddings { try write(outer.head, as: "lm_head.weight", to: writer) }
    for index in 0..<configuration.layerCount { try write(layer: index, to: writer) }
    try writer.finish()
  }

  private func write(
    _ table: TokenTable, as name: String, to writer: SafetensorsWriter
  ) throws {
    try table.readAhead().forEachBlock { tokens, matrix, part in
      try writer.write(matrix.copying(part), to: name, atRow: tokens.lowerBound)
    }
  }

  private var outerTensors: [TensorDescriptor] {
    let table = [configuration.vocabularySize, configuration.hiddenSize]
    var descriptors = [
      TensorDescriptor(
        name: ModelConfiguration.embeddingName, shape: table, elementType: .f32),
      TensorDescriptor(
        name: "model.norm.weight", shape: [configuration.hiddenSize], elementType: .f32),
    ]
    if !configuration.tiesEmbeddings {
      descriptors.append(
        TensorDescriptor(name: "lm_head.weight", shape: table, elementType: .f32))
    }
    return descriptors
  }

  private func layerTensors(_ index: Int) throws -> [TensorDescriptor] {
    var descriptors: [TensorDescriptor] = []
    for module in configuration.linearModules(ofLayer: index) {
      descriptors.append(
        TensorDescriptor(
          name: module.checkpointName + ".weight", shape: [module.outFeatures, module.inFeatures],
          elementType: .f32))
      if configuration.hasBias(module.site) {
        descriptors.append(
          TensorDescriptor(
            name: module.checkpointName + ".bias", shape: [module.outFeatures], elementType: .f32))
      }
    }
    for (_, name, size) in configuration.norms(ofLayer: index) {
      descriptors.append(TensorDescriptor(name: name, shape: [size], elementType: .f32))
    }
    return descriptors
  }

  private func write(layer index: Int, to writer: SafetensorsWriter) throws {
    let weights = layer(index, next: index + 1 < configuration.layerCount ? index + 1 : nil)
    for module in configuration.linearModules(ofLayer: index) {
      try write(module, weights[module.site], to: writer)
      if configuration.hasBias(module.site) {
        try writer.write(
          weights[module.site].bias.copyingColumns(module.rows), to: module.checkpointName + ".bias"
        )
      }
    }
    for (kind, name, _) in configuration.norms(ofLayer: index) {
      try writer.write(stored(norm: weights[norm: kind]), to: name)
    }
  }

  /// Writes one module's weight with its updates, a block of rows at a time.
  private func write(
    _ module: LinearModule, _ weight: LinearWeight, to writer: SafetensorsWriter
  ) throws {
    let name = module.checkpointName + ".weight"
    let step = WeightMatrix.rowsInBlock(columns: module.inFeatures)
    for start in stride(from: 0, to: module.outFeatures, by: step) {
      let part = start..<min(start + step, module.outFeatures)
      let first = module.rows.lowerBound
      var values = try weight.values.copy(
        rows: (first + part.lowerBound)..<(first + part.upperBound))
      for (rows, update) in weight.updates where rows == module.rows {
        let whole = values.wholeBlock
        values.multiply(
          update.left, Block(rows: part, columns: 0..<update.innerDimension), by: update.right,
          update.right.wholeBlock, into: whole, alpha: update.scale, beta: 1)
      }
      try writer.write(values, to: name, atRow: start)
    }
  }

  /// A norm's scale as checkpoints hold it: Gemma's less one.
  private func stored(norm: borrowing Matrix) -> Matrix {
    var result = norm.copy()
    if configuration.normsAddOne { result.forEachRow { _, row in update(&row) { $0 - 1 } } }
    return result
  }
}
