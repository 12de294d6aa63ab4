import LinearAlgebra

/// Keys and values of one sequence in every layer, for the tokens that have been run.
final class KeyValueCache {
  /// One layer's keys (rotated) and values, [capacity × key width] each.
  final class Layer {
    var keys: Matrix
    var values: Matrix

    init(capacity: Int, width: Int) {
      keys = Matrix(uninitializedRows: capacity, columns: width)
      values = Matrix(uninitializedRows: capacity, columns: width)
    }
  }

  let layers: [Layer]
  /// Tokens that there is room for.
  let capacity: Int
  /// Tokens that are in the cache.
  private(set) var count = 0

  init(_ configuration: ModelConfiguration, capacity: Int) {
    self.capacity = capacity
    let width = HeadLayout(configuration).keyWidth
    layers = (0..<configuration.layerCount).map { _ in Layer(capacity: capacity, width: width) }
  }

  /// Writes the keys and values of new tokens behind those that are there.
  ///
  /// - Parameters:
  ///   - queryKeyValue: Fused, rotated activations of a batch.
  ///   - rows: The sequence's new rows in it.
  ///   - layer: Layer, from 0.
  ///   - layout: The columns.
  func append(
    _ queryKeyValue: borrowing Matrix, rows: Range<Int>, layer: Int, layout: HeadLayout
  ) {
    let keys = layout.queryWidth..<(layout.queryWidth + layout.keyWidth)
    let values = keys.upperBound..<layout.width
    for (offset, row) in rows.enumerated() {
      let fused = queryKeyValue.row(row)
      layers[layer].keys.setRow(count + offset, to: fused.extracting(keys))
      layers[layer].values.setRow(count + offset, to: fused.extracting(values))
    }
  }

  /// Counts tokens whose keys and values every layer has by now.
  func advance(by tokens: Int) { count += tokens }

  /// Forgets all tokens.
  func removeAll() { count = 0 }

  /// Takes over the tokens of another cache, a shared prefix, into an empty one.
  func copyPrefix(from other: KeyValueCache) {
    for (own, source) in zip(layers, other.layers) {
      own.keys.setRows(first: other.count, of: source.keys)
      own.values.setRows(first: other.count, of: source.values)
    }
    count = other.count
  }

  /// Bytes of one token in all layers.
  static func bytesPerToken(_ configuration: ModelConfiguration) -> Int {
    2 * configuration.layerCount * HeadLayout(configuration).keyWidth * MemoryLayout<Float>.stride
  }
}
