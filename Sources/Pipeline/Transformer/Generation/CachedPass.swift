import LinearAlgebra
import Tokens

/// Runs new tokens of several sequences through all layers, extending their caches.
///
/// Where rotary frequencies depend on the length, new tokens are rotated by those of the length that
/// their own sequence has by then, as transformers does with a sequence alone: the longest sequence
/// of a batch, and how many tokens are still to come, change nothing.
struct CachedPass {
  let model: LanguageModel
  /// Tables of all positions, where they hold for any length.
  private let tables: [RotaryTable]?

  /// - Parameters:
  ///   - model: The model.
  ///   - positions: Tokens of the longest sequence there is going to be.
  init(_ model: LanguageModel, positions: Int) {
    self.model = model
    let configuration = model.configuration
    tables =
      configuration.rotaryDependsOnLength
      ? nil : configuration.rotaryEmbeddings.map { RotaryTable($0, lengths: [positions]) }
  }

  /// Logits after the last new token of each sequence.
  ///
  /// - Parameters:
  ///   - tokens: New tokens of each sequence, at least one.
  ///   - caches: Each sequence's cache.
  /// - Returns: [sequences × vocabulary].
  /// - Throws: When weights cannot be read or an activation is not finite.
  func run(_ tokens: [[TokenID]], caches: [KeyValueCache]) throws -> Matrix {
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
  ///
  /// - Parameters:
  ///   - tokens: New tokens of each sequence, at least one.
  ///   - caches: Each sequence's cache.
  ///   - lengths: How long each sequence is taken to be, when more of it is going to follow than
  ///     `tokens`; nil: as long as it is after them.
  /// - Returns: The residual stream after the last layer.
  /// - Throws: When weights cannot be read or an activation is not finite.
  func runLayers(
    _ tokens: [[TokenID]], caches: [KeyValueCache], lengths: [Int]? = nil
  ) throws -> Matrix {
    let configuration = model.configuration
    let packed = PackedSequences(tokens)
    let (tables, positions) = rotary(packed.ranges, caches, lengths)
    let activations = LayerActivations(configuration, tokenCount: packed.tokenCount)
    var hidden = Matrix(uninitializedRows: packed.tokenCount, columns: configuration.hiddenSize)
    try model.embed(packed.tokens, into: &hidden)
    for index in 0..<configuration.layerCount {
      activations.input.assign(hidden)
      let layer = DecoderLayer(configuration, index: index, tables: tables)
      // After the last layer another token is likely to follow.
      let weights = model.layer(index, next: (index + 1) % configuration.layerCount)
      try layer.forward(activations, weights, positions: positions, into: &hidden) {
        queryKeyValue, output in
        for (range, cache) in zip(packed.ranges, caches) {
          cache.append(queryKeyValue, rows: range, layer: index)
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

  /// The rotary tables of new tokens, and each one's row in them.
  private func rotary(
    _ ranges: [Range<Int>], _ caches: [KeyValueCache], _ lengths: [Int]?
  ) -> (tables: [RotaryTable], rows: [Int]) {
    let spans = zip(ranges, caches).enumerated().map { index, pair in
      let positions = pair.1.count..<(pair.1.count + pair.0.count)
      return RotaryTable.Span(
        positions: positions, sequenceLength: lengths?[index] ?? positions.upperBound)
    }
    if let tables { return (tables, spans.flatMap { Array($0.positions) }) }
    let own = model.configuration.rotaryEmbeddings.map { RotaryTable($0, spans) }
    return (own, Array(0..<spans.reduce(0) { $0 + $1.positions.count }))
  }
}
