import Dispatch
import LinearAlgebra
import OrderedCollections
import Tokens

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
  /// Changes of weights that count in all passes from now on and are not part of them.
  public var updates: OrderedDictionary<LinearModule, LowRankMatrix> = [:]
  private let layers: [LayerWeights]
  private let source: any TensorSource
  /// Asks for layers ahead, one after the other.
  private let readingAhead = DispatchQueue(label: "suture.read-ahead")

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - configuration: What the model computes.
  ///   - source: Its tensors.
  ///   - plan: What is held in memory; the results do not depend on it.
  ///   - progress: Called with the number of layers that are ready.
  /// - Throws: `ModelError` for missing, misshapen or non-finite tensors; errors of the source.
  public init(
    configuration: ModelConfiguration, source: any TensorSource, plan: MemoryPlan = .unlimited,
    progress: (Int) -> Void = { _ in }
  ) throws {
    try configuration.requireTensors(in: source)
    self.configuration = configuration
    self.plan = plan
    self.source = source
    let isResident = plan.weights == .resident
    outer = try OuterWeights(configuration, from: source, isResident: isResident)
    layers = try (0..<configuration.layerCount).map { index in
      let layer = try LayerWeights(index, configuration, from: source, isResident: isResident)
      progress(index + 1)
      return layer
    }
  }

  /// The weights of a layer with their updates.
  ///
  /// - Parameters:
  ///   - index: Layer, from 0.
  ///   - next: The layer that is going to be asked for next, so that it can be read ahead.
  /// - Returns: The weights.
  public func layer(_ index: Int, next: Int? = nil) -> LayerWeights {
    let weights = layers[index]
    if let next { readAhead(layers[next]) }
    for site in LinearSite.allCases {
      weights[site].updates = configuration.linearModules(ofLayer: index)
        .filter { $0.site == site }
        .compactMap { module in updates[module].map { (module.rows, $0) } }
    }
    return weights
  }

  /// Asks for what of a layer is not in memory, on a thread of its own: the disk may let it wait.
  private func readAhead(_ layer: LayerWeights) {
    let names = LinearSite.allCases.flatMap { layer[$0].values.tensorNames }
    if names.isEmpty { return }
    readingAhead.async { [source] in
      for name in names { source.willRead(name) }
    }
  }

  /// Checks that a sequence can be run.
  ///
  /// - Parameter tokens: Token ids.
  /// - Throws: `ModelError` when it is empty, too long, or has an id outside the vocabulary.
  public func validate(_ tokens: [TokenID]) throws(ModelError) {
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
  func embed(_ tokens: [TokenID], into hidden: inout Matrix) throws {
    try outer.embedding.gather(tokens, scale: configuration.embeddingScale, into: &hidden)
  }
}
