import LinearAlgebra

/// A decoder-only transformer with its weights.
///
/// Not thread-safe: one pass at a time; a pass uses all threads by itself.
public final class LanguageModel {
  /// What the model computes.
  public let configuration: ModelConfiguration
  /// What is held in memory.
  public let plan: MemoryPlan
  /// Embedding, final norm and head.
  public let outer: OuterWeights
  let store: any LayerStore
  private var updates: [[(module: LinearModule, update: LowRankUpdate)]]

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - configuration: What the model computes.
  ///   - source: Its tensors.
  ///   - plan: What is held in memory; the results do not depend on it.
  ///   - prepare: Called with each layer each time it is read, to merge adapters into it.
  ///   - progress: Called with the number of layers loaded, when they are held in memory.
  /// - Throws: `ModelError` for missing, misshapen or non-finite tensors; errors of the source.
  public init(
    configuration: ModelConfiguration, source: any TensorSource, plan: MemoryPlan = .unlimited,
    prepare: @escaping LayerPreparation = { _, _ in }, progress: (Int) -> Void = { _ in }
  ) throws {
    try configuration.requireTensors(in: source)
    self.configuration = configuration
    self.plan = plan
    outer = try OuterWeights(configuration, from: source, isResident: plan.weights == .resident)
    switch plan.weights {
    case .resident:
      store = try ResidentLayers(
        configuration, from: source, prepare: prepare, progress: progress)
    case .streamed(let count):
      store = StreamedLayers(configuration, count: count, from: source, prepare: prepare)
    }
    updates = Array(repeating: [], count: configuration.layerCount)
  }

  /// The weights of a layer with the attached updates.
  ///
  /// - Parameters:
  ///   - index: Layer, from 0.
  ///   - next: The layer that is going to be asked for next, so that it can be read ahead.
  /// - Returns: The weights, valid until the next call unless all layers are in memory.
  /// - Throws: When the weights cannot be read.
  public func layer(_ index: Int, next: Int? = nil) throws -> LayerWeights {
    let weights = try store.layer(index, next: next)
    for site in LinearSite.allCases {
      weights[site].updates = updates[index].filter { $0.module.site == site }
        .map { ($0.module.rows, $0.update) }
    }
    return weights
  }

  /// Adds an update to a module's weight for all passes from now on.
  ///
  /// - Parameters:
  ///   - update: The change; later changes of its factors count.
  ///   - module: The module.
  public func attach(_ update: LowRankUpdate, to module: LinearModule) {
    precondition(
      update.left.rows == module.outFeatures && update.right.columns == module.inFeatures,
      "update of \(update.left.rows) x \(update.right.columns) for \(module.name)")
    updates[module.layer].append((module, update))
  }

  /// Takes all attached updates off again.
  public func detachUpdates() {
    updates = Array(repeating: [], count: configuration.layerCount)
  }

  /// Checks that a sequence can be run.
  ///
  /// - Parameter tokens: Token ids.
  /// - Throws: `ModelError` when it is empty, too long, or has an id outside the vocabulary.
  public func validate(_ tokens: [Int32]) throws(ModelError) {
    guard !tokens.isEmpty else { throw .nothingToPredict }
    guard tokens.count <= configuration.contextLength else {
      throw .sequenceTooLong(tokens: tokens.count, contextLength: configuration.contextLength)
    }
    let vocabulary = configuration.vocabularySize
    for token in tokens where !(0..<vocabulary).contains(Int(token)) {
      throw .tokenOutOfRange(id: Int(token), vocabularySize: vocabulary)
    }
  }

  /// Overwrites `hidden` [T × d] with the tokens' embeddings.
  func embed(_ tokens: [Int32], into hidden: inout Matrix) throws {
    try outer.embedding.gather(tokens, scale: configuration.embeddingScale, into: &hidden)
  }
}
