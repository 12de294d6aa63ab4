import LinearAlgebra

/// A decoder-only transformer with its weights.
///
/// Not thread-safe: one pass at a time; a pass uses all threads by itself.
public final class LanguageModel {
  /// What the model computes.
  public let configuration: ModelConfiguration
  /// Embedding, final norm and head.
  public let outer: OuterWeights
  let store: any LayerStore
  private var updates: [[(module: LinearModule, update: LowRankUpdate)]]

  /// Loads a model whole.
  ///
  /// - Parameters:
  ///   - configuration: What the model computes.
  ///   - source: Its tensors.
  ///   - prepare: Called with each layer once it is loaded, to merge adapters into it.
  ///   - progress: Called with the number of layers loaded.
  /// - Throws: `ModelError` for missing, misshapen or non-finite tensors; errors of the source.
  public init(
    configuration: ModelConfiguration, source: any TensorSource,
    prepare: (LayerWeights, Int) throws -> Void = { _, _ in }, progress: (Int) -> Void = { _ in }
  ) throws {
    try configuration.requireTensors(in: source)
    self.configuration = configuration
    outer = try OuterWeights(configuration, from: source)
    var layers: [LayerWeights] = []
    for index in 0..<configuration.layerCount {
      let layer = try LayerWeights(configuration, layer: index, from: source)
      try prepare(layer, index)
      layers.append(layer)
      progress(index + 1)
    }
    store = ResidentLayers(layers)
    updates = Array(repeating: [], count: configuration.layerCount)
  }

  /// The weights of a layer with the attached updates.
  ///
  /// - Parameter index: Layer, from 0.
  /// - Returns: The weights, valid until the next call.
  /// - Throws: When the weights cannot be read.
  public func layer(_ index: Int) throws -> LayerWeights {
    let weights = try store.layer(index)
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

  /// Tables for one sequence of a length.
  func rotaryTables(positions: Int) -> [RotaryTable] {
    configuration.rotaryEmbeddings.map { RotaryTable($0, lengths: [positions]) }
  }

  /// Overwrites `hidden` [T × d] with the tokens' embeddings.
  func embed(_ tokens: [Int32], into hidden: inout Matrix) {
    let scale = configuration.embeddingScale
    Self.embed(tokens, table: outer.embedding, scale: scale, into: &hidden)
  }

  private static func embed(
    _ tokens: [Int32], table: borrowing Matrix, scale: Float, into hidden: inout Matrix
  ) {
    hidden.forEachRow { index, row in
      map(table.row(Int(tokens[index])), into: &row) { $0 * scale }
    }
  }

  /// Multiplies final hidden states by the head's matrix.
  func logits(of hidden: borrowing Matrix, into logits: inout Matrix) {
    let head = LanguageModelHead(softCap: configuration.logitSoftCap)
    if configuration.tiesEmbeddings {
      head.forward(hidden, matrix: outer.embedding, into: &logits)
    } else {
      head.forward(hidden, matrix: outer.head, into: &logits)
    }
  }
}
