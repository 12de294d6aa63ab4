import LinearAlgebra
import ResultFiles
import Transformer

/// Computes the gradient factors of examples into a file.
///
/// As many examples as the model's memory plan has room for share a pass over the weights; their
/// factors are written as they arise, layer by layer, and never kept.
public struct GradientComputation {
  /// One example: its name, tokens and loss.
  public struct Input: Sendable {
    /// Its id.
    public let id: String
    /// Which of its tokens carry loss.
    public let answerMask: [Bool]
    /// Its tokens and what they should predict.
    public let sequence: LossSequence

    /// Creates an input.
    ///
    /// - Parameters:
    ///   - id: Its id.
    ///   - answerMask: Which of its tokens carry loss.
    ///   - sequence: Its tokens and what they should predict.
    public init(id: String, answerMask: [Bool], sequence: LossSequence) {
      self.id = id
      self.answerMask = answerMask
      self.sequence = sequence
    }
  }

  private let model: LanguageModel
  private let modules: [LinearModule]

  /// Creates a computation.
  ///
  /// - Parameters:
  ///   - model: Whose gradients.
  ///   - isSelected: Which of the model's linear modules are written.
  public init(_ model: LanguageModel, selecting isSelected: (LinearModule) -> Bool) {
    self.model = model
    modules = model.configuration.linearModules.filter(isSelected)
  }

  /// The selected modules as the file lists them.
  public var gradientModules: [GradientModule] {
    modules.map {
      GradientModule(
        name: $0.name, layer: $0.layer, projection: $0.projection, outFeatures: $0.outFeatures,
        inFeatures: $0.inFeatures)
    }
  }

  /// Layers that are run through for some examples, forward and backward.
  ///
  /// - Parameter examples: The inputs.
  /// - Returns: The number of times that `write` calls `didLayer`.
  public func layerCount(for examples: [Input]) -> Int {
    2 * model.configuration.layerCount * passes(over: examples).count
  }

  private func passes(over examples: [Input]) -> [Range<Int>] {
    model.plan.passes(over: examples.map(\.sequence.tokens.count))
  }

  /// Writes the factors of all examples.
  ///
  /// - Parameters:
  ///   - examples: The inputs.
  ///   - path: File to create.
  ///   - provenance: Where the numbers come from.
  ///   - didLayer: Called after each layer of each pass, forward and backward.
  /// - Returns: The loss of each example, in nats.
  /// - Throws: `ModelError`, `GradientError`, `HDF5Error`.
  public func write(
    _ examples: [Input], to path: String, provenance: Provenance, didLayer: @escaping () -> Void
  ) throws -> [Double] {
    let writer = try GradientFileWriter(
      creating: path, provenance: provenance, modules: gradientModules,
      exampleIDs: examples.map(\.id))
    let observer = FactorWriting(writer, modules: modules)
    var losses: [Double] = []
    for pass in passes(over: examples) {
      try observer.begin(examples[pass])
      // Weights of one: the rows of D that belong to an example are its own gradient's.
      let passLosses = try model.backpropagate(
        examples[pass].map(\.sequence), weights: pass.map { _ in 1 }, observer: observer,
        didLayer: didLayer)
      try observer.finish(losses: passLosses)
      losses += passLosses
    }
    try observer.close()
    return losses
  }
}

/// Writes the factors of a backward pass as they arise.
private final class FactorWriting: GradientObserver {
  private var writer: GradientFileWriter?
  private let modules: [[LinearSite: [(index: Int, module: LinearModule)]]]
  /// The examples of the pass, each with its index in the file and its rows in the pass.
  private var examples: [(index: Int, input: GradientComputation.Input, rows: Range<Int>)] = []
  private var finishedCount = 0

  init(_ writer: consuming GradientFileWriter, modules: [LinearModule]) {
    self.writer = consume writer
    let layerCount = (modules.map(\.layer).max() ?? -1) + 1
    var bySite = Array(
      repeating: [LinearSite: [(index: Int, module: LinearModule)]](), count: layerCount)
    for (index, module) in modules.enumerated() {
      bySite[module.layer][module.site, default: []].append((index, module))
    }
    self.modules = bySite
  }

  func begin(_ inputs: ArraySlice<GradientComputation.Input>) throws {
    let ranges = PackedSequences(inputs.map(\.sequence.tokens)).ranges
    examples = zip(inputs, ranges).enumerated().map { (finishedCount + $0, $1.0, $1.1) }
    for (index, input, _) in examples {
      try writer?.beginExample(
        index, tokens: input.sequence.tokens, answerMask: input.answerMask)
    }
  }

  func finish(losses: [Double]) throws {
    for ((index, input, _), loss) in zip(examples, losses) {
      try writer?.finishExample(
        index, tokenCount: input.sequence.tokens.count,
        answerTokenCount: input.sequence.rows.count, loss: loss)
    }
    finishedCount += examples.count
  }

  func close() throws {
    guard let writer = writer.take() else { return }
    try writer.close()
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    guard layer < modules.count, let parts = modules[layer][site] else { return }
    for (example, source, rows) in examples {
      let own = input.copying(Block(rows: rows, columns: 0..<input.columns))
      try requireFinite(own, "input", parts[0].module, of: source)
      for (index, module) in parts {
        let part = outputGradient.copying(Block(rows: rows, columns: module.rows))
        try requireFinite(part, "output gradient", module, of: source)
        if index == parts[0].index {
          try writer?.write(example: example, module: index, input: own, outputGradient: part)
        } else {
          try writer?.write(
            example: example, module: index, sharingInputOf: parts[0].index, outputGradient: part)
        }
      }
    }
  }

  private func requireFinite(
    _ matrix: borrowing Matrix, _ factor: String, _ module: LinearModule,
    of example: GradientComputation.Input
  ) throws(GradientError) {
    guard let place = matrix.firstNonFinite else { return }
    throw .nonFinite(
      factor: factor, module: module.name, example: example.id, token: place.row,
      feature: place.column)
  }
}
