import LinearAlgebra
import Tokens

/// Several passes that go through the layers side by side: a layer's pages are in memory for all of them, and
/// what arises at a layer arises before anything of the next.
///
/// Between two layers only the residual streams are held, and the inputs of as many layers as the model's
/// plan has room for (`LayerSchedule`); activations are computed again, one pass at a time.
final class LayerwisePass {
  private let model: LanguageModel
  private let passes: [LossPass]
  private let observers: [any GradientObserver]
  private var gradients: [ResidualStream] = []
  private var kept: [[ResidualStream]] = []
  private var losses: [[Double]] = []

  /// Begins passes.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - passes: The examples of each.
  ///   - observers: One a pass.
  /// - Throws: `ModelError` for unsuitable tokens.
  init(
    _ model: LanguageModel, _ passes: [[Example]], observers: [any GradientObserver]
  ) throws(ModelError) {
    precondition(passes.count == observers.count, "\(observers.count) observers")
    self.model = model
    self.observers = observers
    var begun: [LossPass] = []
    for examples in passes { begun.append(try LossPass(model, examples)) }
    self.passes = begun
  }

  /// Runs all layers, forward and backward.
  ///
  /// - Parameters:
  ///   - didLayer: Called after each layer of each pass.
  ///   - didGradients: Called with a layer whose gradients have all been observed.
  /// - Returns: The loss of each example of each pass.
  /// - Throws: `ModelError`, what observers and `didGradients` throw, or when the weights cannot be read.
  func run(didLayer: () -> Void, didGradients: (Int) throws -> Void) throws -> [[Double]] {
    let configuration = model.configuration
    for (pass, observer) in zip(passes, observers) {
      try observer.begin(pass.examples, rows: pass.packed.ranges)
    }
    let steps = LayerSchedule(
      layerCount: configuration.layerCount, room: model.plan.keptInputs
    ).steps
    for (index, step) in steps.enumerated() {
      let next = steps[(index + 1)...].lazy.compactMap(\.layerThatRuns).first
      switch step {
      case .restore: try restore()
      case .forward(let layer): try forward(model.layer(layer, next: next), layer, didLayer)
      case .keep: kept.append(passes.map { ResidualStream($0.hidden.copy()) })
      case .head: try runHead()
      case .backward(let layer):
        try backward(model.layer(layer, next: next), layer, didLayer)
        try didGradients(layer)
      case .release: kept.removeLast()
      }
    }
    return losses
  }

  private func restore() throws {
    for (index, pass) in passes.enumerated() {
      if let streams = kept.last {
        pass.hidden.assign(streams[index].matrix)
      } else {
        try model.embed(pass.packed.tokens, into: &pass.hidden)
      }
    }
  }

  private func forward(_ weights: LayerWeights, _ layer: Int, _ didLayer: () -> Void) throws {
    for pass in passes {
      _ = try pass.forwardFromHidden(weights, layer: layer)
      guard pass.hidden.firstNonFinite == nil else {
        throw ModelError.nonFinite(what: "the output", layer: layer)
      }
      didLayer()
    }
  }

  private func runHead() throws {
    for (pass, observer) in zip(passes, observers) {
      var gradient = Matrix(rows: pass.hidden.rows, columns: pass.hidden.columns)
      losses.append(
        try pass.headPass(gradient: &gradient, observer: observer))
      gradients.append(ResidualStream(gradient))
    }
  }

  private func backward(_ weights: LayerWeights, _ layer: Int, _ didLayer: () -> Void) throws {
    for (index, pass) in passes.enumerated() {
      let activations = try pass.forwardFromHidden(weights, layer: layer)
      try pass.backward(
        &gradients[index].matrix, activations, weights, layer: layer,
        BackwardBuffers(model.configuration, tokenCount: pass.packed.tokenCount), observers[index])
      didLayer()
    }
  }
}

extension LayerSchedule.Step {
  /// The layer whose weights the step needs.
  fileprivate var layerThatRuns: Int? {
    switch self {
    case .forward(let layer), .backward(let layer): layer
    default: nil
    }
  }
}

extension LanguageModel {
  /// The losses of examples in several passes, and the gradient of each example's loss, layer by layer:
  /// all that observers are given of a layer comes before anything of the layer below.
  ///
  /// Losses and gradients are those of `backpropagate`, to the last bit, pass by pass, with weights of one.
  /// Memory: the residual streams of all examples, some of them several times, as `plan.keptInputs` says.
  ///
  /// - Parameters:
  ///   - passes: The examples of each pass.
  ///   - observers: Who is given the gradients of each pass.
  ///   - didLayer: Called after each layer of each pass, `plan.layerRuns` times a pass.
  ///   - didGradients: Called with each layer once all its gradients have been observed, the last first.
  /// - Returns: The mean loss of each example of each pass in nats.
  /// - Throws: `ModelError`, and what observers and `didGradients` throw.
  public func backpropagateLayerwise(
    _ passes: [[Example]], observers: [any GradientObserver], didLayer: () -> Void = {},
    didGradients: (Int) throws -> Void
  ) throws -> [[Double]] {
    for example in passes.joined() where example.answerTokenCount == 0 {
      throw ModelError.nothingToPredict
    }
    return try LayerwisePass(self, passes, observers: observers)
      .run(didLayer: didLayer, didGradients: didGradients)
  }
}
