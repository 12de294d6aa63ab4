import Checkpoints
import OrderedCollections
import Transformer

extension OpenedModel {
  /// The same model with its one adapter as factors beside the weights, which can then have gradients of
  /// their own.
  ///
  /// - Returns: The model; loaded, it has the adapter as its updates.
  /// - Throws: `CheckpointError.adapter` for another number of adapters, and for one that trains more than
  ///   factors.
  public func keepingAdapter() throws(CheckpointError) -> OpenedModel {
    let path = choice.adapters.joined(separator: " + ")
    guard let adapter = adapters.first, adapters.count == 1 else {
      throw .adapter(path: path, .notAlone(count: adapters.count))
    }
    try adapter.requireFactorsAlone(path: path)
    var kept = self
    var factors: ModuleMatrices = [:]
    for module in configuration.linearModules {
      if let change = adapter.modules[module.checkpointName] { factors[module] = change }
    }
    kept.keptFactors = factors
    return kept
  }
}
