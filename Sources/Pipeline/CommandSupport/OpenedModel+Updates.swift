import Checkpoints
import Recovery
import Transformer

extension OpenedModel {
  /// Writes what training made of the model.
  ///
  /// - Parameters:
  ///   - language: The trained model.
  ///   - updates: Low-rank updates, or nil when the weights themselves moved.
  ///   - form: A PEFT adapter, or the whole model with the updates merged in.
  ///   - elementType: Of an adapter's numbers.
  ///   - folder: An existing folder.
  /// - Throws: `CheckpointError`, `CommandError`.
  public func save(
    _ language: LanguageModel, _ updates: ModuleMatrices?, as form: SavedForm,
    elementType: ElementType = .f32,
    to folder: String
  ) throws {
    if let updates, form == .adapter {
      try LoRAAdapter(updates, baseModel: options.model).write(
        to: folder, elementType: elementType)
    } else {
      try save(language, to: folder)
    }
  }
}
