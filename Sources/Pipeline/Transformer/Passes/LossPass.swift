import LinearAlgebra
import Tokens

/// Forward pass over packed examples, their losses, and the backward pass.
final class LossPass {
  let model: LanguageModel
  let terms: [LossTerm]
  let packed: PackedSequences
  /// Each row's place in the rotary tables.
  let positions: [Int]
  let tables: [RotaryTable]
  /// What the backward pass needs of each layer.
  private var saved: [SavedLayer] = []
  /// The residual stream after the last layer, [T × d].
  var hidden: Matrix
  /// Called after each layer of each direction.
  private let didLayer: () -> Void

  var configuration: ModelConfiguration { model.configuration }

  var examples: [Example] { terms.map(\.example) }

  init(
    _ model: LanguageModel, _ terms: [LossTerm], didLayer: @escaping () -> Void = {}
  ) throws(ModelError) {
    for term in terms { try model.validate(term.example.tokens) }
    self.didLayer = didLayer
    self.model = model
    self.terms = terms
    packed = PackedSequences(terms.map(\.example.tokens))
    (tables, positions) = packed.rotaryTables(model.configuration)
    hidden = Matrix(
      uninitializedRows: packed.tokenCount, columns: model.configuration.hiddenSize)
  }

  /// Floats held for each token of passes that go through the layers side by side: the stream, its
  /// gradient, and the inputs that are kept.
  static func layerwiseFloatsPerToken(
    _ configuration: ModelConfiguration, keptInputs: Int
  ) -> Double {
    Double(configuration.hiddenSize) * Double(2 + keptInputs)
  }

  /// A pass over examples whose answers are predicted.
  convenience init(_ model: LanguageModel, _ examples: [Example]) throws(ModelError) {
    try self.init(model, examples.map { LossTerm($0, weight: 1) })
  }

  /// Floats that a pass holds for each token: `hidden` and its copy, the activations of a layer; with
  /// gradients also the stream's gradient, the working space, what is kept of the other layers, and an
  /// observer's copies of the factors of one site.
  static func floatsPerToken(
    _ configuration: ModelConfiguration, recomputesActivations: Bool, needsGradients: Bool,
    isLayerwise: Bool = false
  ) -> Double {
    let hidden = Double(configuration.hiddenSize)
    let layer = Double(LayerActivations.floatsPerToken(configuration))
    let forward = layer + 2 * hidden
    if !needsGradients { return forward }
    let others = Double(isLayerwise ? 0 : configuration.layerCount - 1)
    let kept = others * (recomputesActivations ? hidden : layer)
    let copies = Double(2 * configuration.intermediateSize) + hidden
    let buffers = Double(BackwardBuffers.floatsPerToken(configuration))
    return forward + hidden + buffers + kept + copies
  }

  /// Runs all layers, leaving the residual stream in `hidden`.
  ///
  /// - Parameter savesLayers: Whether a backward pass will follow.
  /// - Throws: `ModelError.nonFinite`, or when the weights cannot be read.
  func forward(savesLayers: Bool) throws {
    var activations = LayerActivations(configuration, tokenCount: packed.tokenCount)
    try model.embed(packed.tokens, into: &activations.input)
    for index in 0..<configuration.layerCount {
      let isLast = index + 1 == configuration.layerCount
      // After the last layer comes the backward pass, or the first layer of another forward pass.
      let next = isLast ? (savesLayers ? nil : 0) : index + 1
      try forward(activations, model.layer(index, next: next), layer: index)
      guard hidden.firstNonFinite == nil else {
        throw ModelError.nonFinite(what: "the output", layer: index)
      }
      if savesLayers { activations = save(activations, isLast: isLast) }
      if !isLast { activations.input.assign(hidden) }
      didLayer()
    }
  }

  private func forward(
    _ activations: LayerActivations, _ weights: LayerWeights, layer index: Int
  ) throws {
    let layer = DecoderLayer(configuration, index: index, tables: tables)
    let ranges = packed.ranges
    try layer.forward(activations, weights, positions: positions, into: &hidden) {
      layer.attention.forward($0, ranges: ranges, into: &$1)
    }
  }

  /// Runs one layer on the stream in `hidden`.
  ///
  /// - Parameters:
  ///   - weights: The layer's parameters.
  ///   - index: Layer, from 0.
  /// - Returns: What its backward pass needs.
  /// - Throws: When the weights cannot be read.
  func forwardFromHidden(_ weights: LayerWeights, layer index: Int) throws -> LayerActivations {
    let activations = LayerActivations(configuration, tokenCount: packed.tokenCount)
    activations.input.assign(hidden)
    try forward(activations, weights, layer: index)
    return activations
  }

  /// Runs one layer backward; `gradient` is that of the stream behind it before, of the stream before it
  /// afterwards.
  func backward(
    _ gradient: inout Matrix, _ activations: LayerActivations, _ weights: LayerWeights,
    layer index: Int, _ buffers: BackwardBuffers, _ observer: any GradientObserver
  ) throws {
    try DecoderLayer(configuration, index: index, tables: tables).backward(
      &gradient, activations, weights, ranges: packed.ranges, positions: positions, buffers,
      observer: observer)
  }

  /// Keeps what the plan says of a layer.
  ///
  /// - Returns: Activations for the next layer to fill.
  private func save(_ activations: LayerActivations, isLast: Bool) -> LayerActivations {
    if model.plan.recomputesActivations, !isLast {
      saved.append(.input(ResidualStream(activations.input.copy())))
      return activations
    }
    saved.append(.activations(activations))
    return isLast ? activations : LayerActivations(configuration, tokenCount: packed.tokenCount)
  }

  /// Mean loss of each term's example in nats, without its factor; with an observer also the gradient
  /// of the terms' sum.
  ///
  /// - Parameter observer: Receives the gradients, or nil for the losses alone.
  /// - Returns: One loss a term.
  /// - Throws: `ModelError.nothingToPredict` for an example without loss, `.nonFinite`, what the
  ///   observer throws, or when the weights cannot be read.
  func run(observer: (any GradientObserver)?) throws -> [Double] {
    for term in terms where term.example.answerTokenCount == 0 {
      throw ModelError.nothingToPredict
    }
    try observer?.begin(examples, rows: packed.ranges)
    try forward(savesLayers: observer != nil)
    var gradient = Matrix(rows: observer == nil ? 0 : hidden.rows, columns: hidden.columns)
    let losses = try headPass(gradient: &gradient, observer: observer)
    guard let observer else { return losses }
    try backward(&gradient, observer)
    return losses
  }

  private func backward(_ gradient: inout Matrix, _ observer: any GradientObserver) throws {
    let buffers = BackwardBuffers(configuration, tokenCount: packed.tokenCount)
    var recomputed: LayerActivations?
    for index in (0..<configuration.layerCount).reversed() {
      let weights = model.layer(index, next: index > 0 ? index - 1 : nil)
      let activations: LayerActivations
      switch saved.removeLast() {
      case .activations(let kept): activations = kept
      case .input(let stream):
        activations =
          recomputed ?? LayerActivations(configuration, tokenCount: packed.tokenCount)
        activations.input.assign(stream.matrix)
        try forward(activations, weights, layer: index)
      }
      if model.plan.recomputesActivations { recomputed = activations }
      try self.backward(&gradient, activations, weights, layer: index, buffers, observer)
      didLayer()
    }
    guard observer.wantsAllParameters else { return }
    gradient.scale(by: configuration.embeddingScale)
    observer.observe(embeddingOf: packed.tokens, gradient: gradient)
  }
}

/// What is kept of a layer between the two passes.
private enum SavedLayer {
  /// Everything that the backward pass reads.
  case activations(LayerActivations)
  /// The residual stream before the layer, from which the rest is computed again.
  case input(ResidualStream)
}

/// A residual stream or its gradient, [T × d].
final class ResidualStream {
  var matrix: Matrix

  init(_ matrix: consuming Matrix) { self.matrix = matrix }
}

extension LanguageModel {
  /// Mean negative log-likelihood of each example over its answer tokens, in nats.
  ///
  /// - Parameter examples: Packed into one batch.
  /// - Returns: One loss an example.
  /// - Throws: `ModelError` for unsuitable tokens and where something is not finite.
  public func losses(_ examples: [Example]) throws -> [Double] {
    try LossPass(self, examples).run(observer: nil)
  }

  /// The loss of each term's example, without the term's factor.
  ///
  /// - Parameter terms: Packed into one batch.
  /// - Returns: One loss a term, in nats.
  /// - Throws: `ModelError` for unsuitable tokens and where something is not finite.
  public func losses(_ terms: [LossTerm]) throws -> [Double] {
    try LossPass(self, terms).run(observer: nil)
  }

  /// The losses of examples, and the gradient of `sum of weights[i] · loss[i]` to an observer.
  ///
  /// - Parameters:
  ///   - examples: Packed into one batch.
  ///   - weights: One factor an example, such as 1 / number of examples for the mean.
  ///   - observer: Receives the gradients, the last layer first.
  ///   - didLayer: Called after each layer, first on the way forward and then on the way back.
  /// - Returns: The mean loss of each example in nats.
  /// - Throws: `ModelError`, and what the observer throws.
  public func backpropagate(
    _ examples: [Example], weights: [Double], observer: any GradientObserver,
    didLayer: @escaping () -> Void = {}
  ) throws -> [Double] {
    let terms = zip(examples, weights).map { LossTerm($0, weight: $1) }
    return try backpropagate(terms, observer: observer, didLayer: didLayer)
  }

  /// The losses of terms, and the gradient of their sum to an observer.
  ///
  /// - Parameters:
  ///   - terms: Packed into one batch.
  ///   - observer: Receives the gradients, the last layer first.
  ///   - didLayer: Called after each layer, first on the way forward and then on the way back.
  /// - Returns: The mean loss of each term's example in nats, without the term's factor.
  /// - Throws: `ModelError`, and what the observer throws.
  public func backpropagate(
    _ terms: [LossTerm], observer: any GradientObserver, didLayer: @escaping () -> Void = {}
  ) throws -> [Double] {
    try LossPass(self, terms, didLayer: didLayer).run(observer: observer)
  }

  /// Logits of all positions of one sequence, [T × vocabulary].
  ///
  /// - Parameter tokens: T token ids.
  /// - Returns: One row a position.
  /// - Throws: `ModelError` for unsuitable tokens and where an activation is not finite.
  public func logits(_ tokens: [TokenID]) throws -> Matrix {
    let unscored = Example(id: "", tokens: tokens, answerMask: tokens.map { _ in false })
    return try LossPass(self, [unscored]).allLogits()
  }
}
