import LinearAlgebra
import ResultFiles
import Tokens
import Transformer

/// Computes the gradient factors of examples into a file.
///
/// As many examples as the model's memory plan has room for share a pass over the weights; their
/// factors are written as they arise, layer by layer, and never kept.
public struct GradientComputation {
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
  /// - Parameter examples: The examples.
  /// - Returns: The number of times that `write` calls `didLayer`.
  public func layerCount(for examples: [Example]) -> Int {
    2 * model.configuration.layerCount * passes(over: examples).count
  }

  private func passes(over examples: [Example]) -> [Range<Int>] {
    model.plan.passes(over: examples.map(\.tokens.count))
  }

  /// Writes the factors of all examples.
  ///
  /// - Parameters:
  ///   - examples: The examples.
  ///   - path: File to create.
  ///   - provenance: Where the numbers come from.
  ///   - text: What a token stands for, for people; nil without a tokenizer.
  ///   - didLayer: Called after each layer of each pass, forward and backward.
  /// - Returns: The loss of each example, in nats.
  /// - Throws: `ModelError`, `GradientError`, `HDF5Error`.
  public func write(
    _ examples: [Example], to path: String, provenance: Provenance,
    text: ((TokenID) -> String)? = nil, didLayer: @escaping () -> Void
  ) throws -> [Double] {
    let writer = try GradientFileWriter(
      creating: path, provenance: provenance, modules: gradientModules, examples: examples,
      text: text)
    let observer = FactorWriting(writer, modules: modules)
    var losses: [Double] = []
    for pass in passes(over: examples) {
      // Weights of one: the rows of D that belong to an example are its own gradient's.
      let passLosses = try model.backpropagate(
        Array(examples[pass]), weights: pass.map { _ in 1 }, observer: observer,
        didLayer: didLayer)
      try observer.finish(losses: passLosses)
      losses += passLosses
    }
    try observer.close()
    return losses
  }
}

/// Writes the factors of a backward pass as they arise; passes take the examples of the file in order.
private final class FactorWriting: GradientObserver {
  private var writer: GradientFileWriter?
  private let modules: [[LinearSite: [(index: Int, module: LinearModule)]]]
  /// The examples of the pass, each with its index in the file and its rows in the pass.
  private var current: [(index: Int, example: Example, rows: Range<Int>)] = []
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

  func begin(_ examples: [Example], rows: [Range<Int>]) throws {
    current = zip(examples, rows).enumerated().map { (finishedCount + $0, $1.0, $1.1) }
    for (index, _, _) in current { try writer?.beginExample(index) }
  }

  func finish(losses: [Double]) throws {
    for ((index, _, _), loss) in zip(current, losses) {
      try writer?.finishExample(index, loss: loss)
    }
    finishedCount += current.count
  }

  func close() throws {
    guard let writer = writer.take() else { return }
    try writer.close()
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    guard layer < modules.count, let parts = modules[layer][site] else { return }
    for (index, example, rows) in current {
      let own = input.copying(Block(rows: rows, columns: 0..<input.columns))
      try requireFinite(own, "input", parts[0].module, of: example)
      for (place, module) in parts {
        let part = outputGradient.copying(Block(rows: rows, columns: module.rows))
        try requireFinite(part, "output gradient", module, of: example)
        if place == parts[0].index {
          try writer?.write(example: index, module: place, input: own, outputGradient: part)
        } else {
          try writer?.write(
            example: index, module: place, sharingInputOf: parts[0].index, outputGradient: part)
        }
      }
    }
  }

  private func requireFinite(
    _ matrix: borrowing Matrix, _ factor: String, _ module: LinearModule, of example: Example
  ) throws(GradientError) {
    guard let place = matrix.firstNonFinite else { return }
    throw .nonFinite(
      factor: factor, module: module.name, example: example.id, token: place.row,
      feature: place.column)
  }
}
