import Dispatch

/// One or two layers in memory, read again whenever they are needed.
///
/// With two, the next layer is read by a background thread while the current one computes; with
/// one, the kernel is asked to have it in its cache by then. The matrices are used again and again.
final class StreamedLayers: LayerStore {
  private let configuration: ModelConfiguration
  private let source: any TensorSource
  private let prepare: LayerPreparation
  private var slots: [Slot]
  private var isChecked: [Bool]
  private var ahead: Ahead?
  private let queue = DispatchQueue(label: "suture.layers")

  /// Room for a layer, and which one is in it.
  private struct Slot {
    let weights: LayerWeights
    var layer: Int?
  }

  /// A layer that is being read into a slot.
  private struct Ahead {
    let layer: Int
    let slot: Int
    let reading: TensorReading
  }

  /// Makes room for some layers; none is read yet.
  ///
  /// - Parameters:
  ///   - configuration: What the model computes.
  ///   - count: Layers in memory, 1 or 2.
  ///   - source: The tensors, in the shapes of the configuration.
  ///   - prepare: Called with a layer each time it has been read.
  init(
    _ configuration: ModelConfiguration, count: Int, from source: any TensorSource,
    prepare: @escaping LayerPreparation
  ) {
    precondition((1...2).contains(count), "\(count) layers in memory")
    self.configuration = configuration
    self.source = source
    self.prepare = prepare
    slots = (0..<count).map { _ in Slot(weights: LayerWeights(configuration)) }
    isChecked = Array(repeating: false, count: configuration.layerCount)
  }

  deinit { ahead?.reading.cancel() }

  func layer(_ index: Int, next: Int?) throws -> LayerWeights {
    let current = try slot(holding: index, keeping: next)
    if let next { readAhead(next, except: current) }
    return slots[current].weights
  }

  /// The slot with a layer, which is read now unless it is there or on its way.
  private func slot(holding index: Int, keeping next: Int?) throws -> Int {
    if let ahead, ahead.layer != index { abandon(ahead) }
    if let slot = slots.firstIndex(where: { $0.layer == index }) { return slot }
    let ahead = ahead ?? start(index, in: slots.firstIndex { $0.layer != next } ?? 0)
    self.ahead = nil
    try ahead.reading.finish()
    try prepare(slots[ahead.slot].weights, index)
    isChecked[index] = true
    slots[ahead.slot].layer = index
    return ahead.slot
  }

  private func start(_ layer: Int, in slot: Int) -> Ahead {
    slots[slot].layer = nil
    let reading = slots[slot].weights.reading(
      layer: layer, configuration, from: source, checks: !isChecked[layer])
    return Ahead(layer: layer, slot: slot, reading: reading)
  }

  /// A layer that was read ahead in vain: what it holds is worth nothing, its errors neither.
  private func abandon(_ ahead: Ahead) {
    ahead.reading.cancel()
    try? ahead.reading.finish()
    self.ahead = nil
  }

  private func readAhead(_ next: Int, except current: Int) {
    guard !slots.contains(where: { $0.layer == next }) else { return }
    let names = configuration.linearModules(ofLayer: next).map { $0.checkpointName + ".weight" }
    let source = source
    let hint: @Sendable () -> Void = { for name in names { source.willRead(name) } }
    guard let free = slots.indices.first(where: { $0 != current }) else {
      return queue.async(execute: hint)
    }
    let ahead = start(next, in: free)
    ahead.reading.start(on: queue, first: hint)
    self.ahead = ahead
  }
}
