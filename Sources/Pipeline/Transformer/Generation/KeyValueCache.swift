import LinearAlgebra
import Synchronization

/// Keys and values of one sequence in every layer, for the tokens that have been run.
final class KeyValueCache {
  /// Keys (rotated) and values of one head in one layer, [capacity × dimension] each.
  struct Head: ~Copyable {
    var keys: Matrix
    var values: Matrix
  }

  /// One layer's heads, each in the hands of one thread at a time.
  final class Layer: Sendable {
    private let heads: [Guarded]

    private final class Guarded: Sendable {
      let head: Mutex<Head>
      init(_ head: consuming sending Head) { self.head = Mutex(head) }
    }

    init(capacity: Int, _ layout: HeadLayout) {
      heads = (0..<layout.keyValueHeadCount).map { _ in
        Guarded(
          Head(
            keys: Matrix(uninitializedRows: capacity, columns: layout.dimension),
            values: Matrix(uninitializedRows: capacity, columns: layout.dimension)))
      }
    }

    /// Writes a head.
    func withHead(_ index: Int, _ body: (inout Head) -> Void) {
      heads[index].head.withLock { body(&$0) }
    }

    /// Takes a head out, to be read by one thread; there is none here until it is put back.
    func takeHead(_ index: Int) -> Head {
      heads[index].head.withLock { Head(keys: $0.keys.take(), values: $0.values.take()) }
    }

    func putBack(_ taken: consuming Head, _ index: Int) {
      var taken = taken
      heads[index].head.withLock { head in
        head.keys = taken.keys.take()
        head.values = taken.values.take()
      }
    }
  }

  private let layout: HeadLayout
  let layers: [Layer]
  /// Tokens that there is room for.
  let capacity: Int
  /// Tokens that are in the cache.
  private(set) var count = 0

  init(_ configuration: ModelConfiguration, capacity: Int) {
    self.capacity = capacity
    let layout = HeadLayout(configuration)
    self.layout = layout
    layers = (0..<configuration.layerCount).map { _ in Layer(capacity: capacity, layout) }
  }

  /// Writes the keys and values of new tokens behind those that are there.
  ///
  /// - Parameters:
  ///   - queryKeyValue: Fused, rotated activations of a batch.
  ///   - rows: The sequence's new rows in it.
  ///   - layer: Layer, from 0.
  func append(_ queryKeyValue: borrowing Matrix, rows: Range<Int>, layer: Int) {
    for head in 0..<layout.keyValueHeadCount {
      layers[layer].withHead(head) { cache in
        for (offset, row) in rows.enumerated() {
          let fused = queryKeyValue.row(row)
          cache.keys.setRow(count + offset, to: fused.extracting(layout.keys(head)))
          cache.values.setRow(count + offset, to: fused.extracting(layout.values(head)))
        }
      }
    }
  }

  /// Counts tokens whose keys and values every layer has by now.
  func advance(by tokens: Int) { count += tokens }

  /// Forgets all tokens.
  func removeAll() { count = 0 }

  /// Takes over the tokens of another cache, a shared prefix, into an empty one.
  func copyPrefix(from other: KeyValueCache) {
    for (own, source) in zip(layers, other.layers) {
      for head in 0..<layout.keyValueHeadCount {
        own.withHead(head) { own in
          source.withHead(head) { source in
            own.keys.setRows(first: other.count, of: source.keys)
            own.values.setRows(first: other.count, of: source.values)
          }
        }
      }
    }
    count = other.count
  }

  /// Bytes of one token in all layers.
  static func bytesPerToken(_ configuration: ModelConfiguration) -> Int {
    2 * configuration.layerCount * HeadLayout(configuration).keyWidth * MemoryLayout<Float>.stride
  }
}
