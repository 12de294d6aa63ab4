import LinearAlgebra

/// Runs new tokens of several sequences through all layers, extending their caches.
struct CachedPass {
  let model: LanguageModel
  let tables: [RotaryTable]

  /// Logits after the last new token of each sequence.
  ///
  /// - Parameters:
  ///   - tokens: New tokens of each sequence, at least one.
  ///   - caches: Each sequence's cache.
  /// - Returns: [sequences × vocabulary].
  /// - Throws: When weights cannot be read or an activation is not finite.
  func run(_ tokens: [[Int32]], caches: [KeyValueCache]) throws -> Matrix {
    let hidden = try runLayers(tokens, caches: caches)
    let packed = PackedSequences(tokens)
    let last = hidden.gatheringRows(packed.ranges.map { $0.upperBound - 1 })
    let configuration = model.configuration
    var normed = Matrix(uninitializedRows: last.rows, columns: last.columns)
    RMSNorm.forward(
      last, weight: model.outer.finalNorm, epsilon: configuration.normEpsilon, into: &normed)
    var logits = Matrix(uninitializedRows: last.rows, columns: configuration.vocabularySize)
    try LanguageModelHead(model).forward(normed, into: &logits)
    return logits
  }

  /// Extends the caches by the new tokens without asking for logits.
  func runLayers(_ tokens: [[Int32]], caches: [KeyValueCache]) throws -> Matrix {
    let configuration = model.configuration
    let packed = PackedSequences(tokens)
    let positions = zip(packed.ranges, caches).flatMap { range, cache in
      (0..<range.count).map { cache.count + $0 }
    }
    let activations = LayerActivations(configuration, tokenCount: packed.tokenCount)
    var hidden = Matrix(uninitializedRows: packed.tokenCount, columns: configuration.hiddenSize)
    try model.embed(packed.tokens, into: &hidden)
    for index in 0..<configuration.layerCount {
      activations.input.assign(hidden)
      let layer = DecoderLayer(configuration, index: index, tables: tables)
      // After the last layer another token is likely to follow.
      let weights = try model.layer(index, next: (index + 1) % configuration.layerCount)
      layer.forward(activations, weights, positions: positions, into: &hidden) {
        queryKeyValue, output in
        for (range, cache) in zip(packed.ranges, caches) {
          cache.append(queryKeyValue, rows: range, layer: index, layout: layer.layout)
        }
        layer.attention.forward(
          queryKeyValue, ranges: packed.ranges, caches: caches, layer: index, into: &output)
      }
    }
    for (range, cache) in zip(packed.ranges, caches) { cache.advance(by: range.count) }
    guard hidden.firstNonFinite == nil else {
      throw ModelError.nonFinite(what: "the output", layer: configuration.layerCount - 1)
    }
    return hidden
  }
}
