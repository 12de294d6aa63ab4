import Checkpoints
import OrderedCollections
import Transformer

extension LoRAAdapter {
  /// The updates of a model's modules as a PEFT LoRA adapter.
  ///
  /// - Parameters:
  ///   - updates: At least one.
  ///   - baseModel: The model that they change: a path or hub id.
  public init(_ updates: ModuleMatrices, baseModel: String) {
    let modules = updates.map { ($0.key.checkpointName, $0.value) }
    self.init(modules: Dictionary(uniqueKeysWithValues: modules), baseModel: baseModel)
  }
}
