import Checkpoints
import Recovery
import Transformer

/// What of a trained model is saved.
public enum SavedForm: String, CaseIterable, Sendable {
  /// A PEFT LoRA folder.
  case adapter
  /// A whole model with the update merged into its weights.
  case merged
}

extension OpenedModel {
  /// Writes what training made of the model.
  ///
  /// - Parameters:
  ///   - language: The trained model.
  ///   - updates: Low-rank updates, or nil when the weights themselves moved.
  ///   - form: A PEFT adapter, or the whole model with the updates merged in.
  ///   - elementType: Of an adapter's numbers.
  ///   - folder: An existing folder.
  /// - Throws: `CheckpointError`, `OutputText.Fault`.
  public func save(
    _ language: LanguageModel, _ updates: ModuleMatrices?, as form: SavedForm,
    elementType: ElementType = .f32,
    to folder: String
  ) throws {
    if let updates, form == .adapter {
      try LoRAAdapter(updates, baseModel: choice.model).write(
        to: folder, elementType: elementType)
    } else {
      try save(language, to: folder)
    }
  }
}
