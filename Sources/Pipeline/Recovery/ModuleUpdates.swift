import Transformer

/// The low-rank updates of a model's modules, in the order of the modules.
public final class ModuleUpdates {
  /// Module and update.
  public private(set) var entries: [(module: LinearModule, update: LowRankUpdate)] = []
  private var index: [LinearModule: Int] = [:]

  /// The update of a module.
  ///
  /// - Parameter module: The module.
  public subscript(module: LinearModule) -> LowRankUpdate? {
    index[module].map { entries[$0].update }
  }

  func append(_ module: LinearModule, _ update: LowRankUpdate) {
    index[module] = entries.count
    entries.append((module, update))
  }
}
