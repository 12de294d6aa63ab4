import LinearAlgebra
import ResultFiles
import Tokens
import Transformer

/// Whose weights a pass uses.
public enum PassWeights: Sendable, CaseIterable {
  /// The model's own.
  case trained
  /// Those of `UntrainedTensors`.
  case untrained
}

/// Computes the gradient factors of examples and their controls into a file.
///
/// As many examples as the model's memory plan has room for share a pass over the weights; their
/// factors are written as they arise, layer by layer, and never kept.
public struct GradientComputation {
  private let modules: [LinearModule]
  private let parameters: GradientParameters
  private let layerCount: Int

  /// Creates a computation.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - parameters: Whose gradients are wanted.
  ///   - isSelected: Which of the model's linear modules are written, as far as they have such
  ///     parameters.
  public init(
    _ configuration: ModelConfiguration, of parameters: GradientParameters = .weights,
    selecting isSelected: (LinearModule) -> Bool
  ) {
    modules = configuration.linearModules.filter { isSelected($0) && parameters.belong(to: $0) }
    self.parameters = parameters
    layerCount = configuration.layerCount
  }

  /// The selected modules as the file lists them.
  public var gradientModules: [GradientModule] {
    modules.flatMap(parameters.listed)
  }

  /// Layers that are run through for some examples, forward and backward.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - plan: The models'.
  ///   - isLayerwise: Whether passes go through the layers side by side.
  /// - Returns: The number of times that `didLayer` is called.
  public func passedLayerCount(
    for examples: ControlledExamples, _ plan: MemoryPlan, isLayerwise: Bool = false
  ) -> Int {
    let passes = [false, true].map { examples.passes(plan, isUntrained: $0).count }
    let runs = isLayerwise ? plan.layerRuns(layerCount: layerCount) : 2 * layerCount
    return runs * passes.reduce(0, +)
  }

  /// What passes of some examples need.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - isLayerwise: Whether passes go through the layers side by side.
  /// - Returns: The workload, the copies of controls included.
  public func workload(_ examples: ControlledExamples, isLayerwise: Bool = false) -> Workload {
    let lengths = examples.passLengths
    var workload: Workload =
      isLayerwise ? .layerwiseGradients(lengths) : .gradients(lengths)
    if !examples.haveOnePass, !isLayerwise { workload = workload.repeated }
    // X and D of one site, as often as there are controls of errors.
    let widest = modules.map { $0.inFeatures + $0.rows.upperBound }.max() ?? 0
    let tokens = min(workload.totalTokens, max(workload.longestSequence, 1024))
    workload.stateByteCount += Double(4 * (examples.largestShare - 1)) * Double(widest * tokens)
    return workload
  }

  /// Delivers the gradients of all examples and controls, one pass after the other.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - receiver: Who is given them.
  ///   - model: Gives the model with such weights; called once for each that are needed, when the one
  ///     before is not used any more.
  ///   - didLayer: Called after each layer of each pass, forward and backward.
  /// - Returns: The loss of each row of the file, in nats.
  /// - Throws: `ModelError`, `GradientError`, what `receiver` and `model` throw.
  public func run(
    _ examples: ControlledExamples, to receiver: any GradientReceiver,
    model: (PassWeights) throws -> LanguageModel, didLayer: @escaping () -> Void
  ) throws -> [Double] {
    try run(examples, to: [receiver], model: model) { model, passes, observers in
      // Weights of one: the rows of D that belong to an example are its own gradient's.
      try zip(passes, observers).map { examples, observer in
        let losses = try model.backpropagate(
          examples, weights: examples.map { _ in 1 }, observer: observer, didLayer: didLayer)
        try observer.finish(losses: losses)
        return losses
      }
    }
  }

  /// Delivers the gradients of all examples and controls layer by layer: all of a layer before any of the
  /// layer below.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - receivers: Who is given them.
  ///   - model: As in `run`.
  ///   - didLayer: Called after each layer of each pass, forward and backward.
  /// - Returns: The loss of each row of the file, in nats.
  /// - Throws: `ModelError`, `GradientError`, what `receivers` and `model` throw.
  public func runLayerwise(
    _ examples: ControlledExamples, to receivers: [any GradientReceiver],
    model: (PassWeights) throws -> LanguageModel, didLayer: () -> Void
  ) throws -> [Double] {
    try run(examples, to: receivers, model: model) { model, passes, observers in
      let losses = try model.backpropagateLayerwise(
        passes, observers: observers, didLayer: didLayer,
        didGradients: { layer in for receiver in receivers { try receiver.finishLayer(layer) } })
      for (observer, losses) in zip(observers, losses) { try observer.finish(losses: losses) }
      return losses
    }
  }

  private func run(
    _ examples: ControlledExamples, to receivers: [any GradientReceiver],
    model: (PassWeights) throws -> LanguageModel,
    _ body: (LanguageModel, [[Example]], [PassObserver]) throws -> [[Double]]
  ) throws -> [Double] {
    let modules = SelectedModules(modules, parameters)
    var losses = [Double](repeating: .nan, count: examples.rows.count)
    for weights in PassWeights.allCases
    where weights == .trained || examples.needUntrainedModel {
      let model = try model(weights)
      let passes = examples.passes(model.plan, isUntrained: weights == .untrained)
      let observers = passes.map {
        PassObserver($0, of: examples, modules: modules, receivers: receivers)
      }
      let found = try body(
        model, passes.map { rows in rows.map { examples.rows[$0].example } }, observers)
      for (row, loss) in zip(passes.joined(), found.joined()) {
        for delivered in [row] + examples.rows(sharing: row) { losses[delivered] = loss }
      }
    }
    return losses
  }

  /// Writes the factors of all examples and controls.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - path: File to create.
  ///   - provenance: Where the numbers come from.
  ///   - text: What a token stands for, for people; nil without a tokenizer.
  ///   - model: As in `run`.
  ///   - didLayer: Called after each layer of each pass, forward and backward.
  /// - Returns: The loss of each row of the file, in nats.
  /// - Throws: `ModelError`, `GradientError`, `HDF5Error`, what `model` throws.
  public func write(
    _ examples: ControlledExamples, to path: String, provenance: Provenance,
    text: ((TokenID) -> String)? = nil, model: (PassWeights) throws -> LanguageModel,
    didLayer: @escaping () -> Void
  ) throws -> [Double] {
    let writing = try FactorWriting(
      examples, to: path, provenance: provenance, modules: gradientModules, text: text)
    let losses = try run(examples, to: writing, model: model, didLayer: didLayer)
    try writing.close()
    return losses
  }
}
