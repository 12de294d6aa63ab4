import LinearAlgebra
import ResultFiles
import Tokens
import Transformer

/// Whose weights a pass uses.
public enum PassWeights: Sendable, CaseIterable {
  /// The model's own.
  case trained
  /// Those of `UntrainedWeights`.
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
  /// - Returns: The number of times that `write` calls `didLayer`.
  public func passedLayerCount(for examples: ControlledExamples, _ plan: MemoryPlan) -> Int {
    let passes = [false, true].map { examples.passes(plan, isUntrained: $0).count }
    return 2 * layerCount * passes.reduce(0, +)
  }

  /// What passes of some examples need.
  ///
  /// - Parameter examples: The examples and their controls.
  /// - Returns: The workload, the copies of controls included.
  public func workload(_ examples: ControlledExamples) -> Workload {
    var workload = Workload.gradients(examples.passLengths)
    if !examples.haveOnePass { workload = workload.repeated }
    // X and D of one site, as often as there are controls of errors.
    let widest = modules.map { $0.inFeatures + $0.rows.upperBound }.max() ?? 0
    let tokens = min(workload.totalTokens, max(workload.longestSequence, 1024))
    workload.stateByteCount += Double(4 * (examples.largestShare - 1)) * Double(widest * tokens)
    return workload
  }

  /// Writes the factors of all examples and controls.
  ///
  /// - Parameters:
  ///   - examples: The examples and their controls.
  ///   - path: File to create.
  ///   - provenance: Where the numbers come from.
  ///   - text: What a token stands for, for people; nil without a tokenizer.
  ///   - model: Gives the model with such weights; called once for each that are needed, when the one
  ///     before is not used any more.
  ///   - didLayer: Called after each layer of each pass, forward and backward.
  /// - Returns: The loss of each row of the file, in nats.
  /// - Throws: `ModelError`, `GradientError`, `HDF5Error`, what `model` throws.
  public func write(
    _ examples: ControlledExamples, to path: String, provenance: Provenance,
    text: ((TokenID) -> String)? = nil, model: (PassWeights) throws -> LanguageModel, didLayer: @escaping () -> Void
  ) throws -> [Double] {
    let writing = FactorWriting(
      try GradientFileWriter(
        creating: path, provenance: provenance, modules: gradientModules,
        examples: examples.examples, origins: examples.origins, text: text))
    var losses = [Double](repeating: .nan, count: examples.rows.count)
    for weights in PassWeights.allCases
    where weights == .trained || examples.needUntrainedModel {
      let model = try model(weights)
      for rows in examples.passes(model.plan, isUntrained: weights == .untrained) {
        let observer = PassObserver(
          rows, of: examples, modules: SelectedModules(modules, parameters), receiver: writing)
        // Weights of one: the rows of D that belong to an example are its own gradient's.
        let found = try model.backpropagate(
          rows.map { examples.rows[$0].example }, weights: rows.map { _ in 1 },
          observer: observer, didLayer: didLayer)
        try observer.finish(losses: found)
        for (row, loss) in zip(rows, found) {
          for delivered in [row] + examples.rows(sharing: row) { losses[delivered] = loss }
        }
      }
    }
    try writing.close()
    return losses
  }
}
