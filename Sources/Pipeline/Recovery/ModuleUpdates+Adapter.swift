import Checkpoints
import LinearAlgebra
import Transformer

extension ModuleUpdates {
  /// The updates as a PEFT LoRA adapter.
  ///
  /// - Parameter baseModel: The model that they change: a path or hub id.
  /// - Returns: One pair of factors a module, with alpha = scale · rank.
  public func adapter(baseModel: String) -> LoRAAdapter {
    var modules: [String: LoRAAdapter.Module] = [:]
    for (module, update) in entries {
      modules[module.checkpointName] = LoRAAdapter.Module(
        a: update.right.copy(), b: update.left.copy(),
        alpha: Double(update.scale) * Double(update.rank))
    }
    return LoRAAdapter(modules: modules, baseModel: baseModel)
  }
}
