import Checkpoints
import Conversations
import Jinja
import OrderedJSON
import Transformer

/// What a user chooses of a model: its files, what is put on top of them, and the memory for it.
public struct ModelChoice: Sendable {
  /// A folder, a GGUF file or a hub id.
  public var model: String
  /// Folders of LoRA adapters, applied in this order.
  public var adapters: [String]
  /// A chat template that replaces the model's own: its name or file.
  public var chatTemplate: String?
  /// What the chat template is handed beside the conversation.
  public var templateArguments: TemplateArguments
  /// The memory that may be used, or nil where nobody said.
  public var memoryLimit: ByteCount?

  /// Creates a choice.
  ///
  /// - Parameters:
  ///   - model: A folder, a GGUF file or a hub id.
  ///   - adapters: Folders of LoRA adapters, applied in this order.
  ///   - chatTemplate: A chat template that replaces the model's own: its name or file.
  ///   - templateArguments: What the chat template is handed beside the conversation.
  ///   - memoryLimit: The memory that may be used.
  public init(
    model: String, adapters: [String] = [], chatTemplate: String? = nil,
    templateArguments: TemplateArguments = TemplateArguments(), memoryLimit: ByteCount? = nil
  ) {
    self.model = model
    self.adapters = adapters
    self.chatTemplate = chatTemplate
    self.templateArguments = templateArguments
    self.memoryLimit = memoryLimit
  }

  /// Opens the model and its adapters.
  ///
  /// - Returns: The model.
  /// - Throws: `CheckpointError`, `ModelError` with the path.
  public func open() throws -> OpenedModel {
    try OpenedModel(self, checkpoint: try Checkpoint(opening: model))
  }

  /// The tokenizer and chat template of a checkpoint, or the template that was chosen.
  ///
  /// - Parameter checkpoint: The model.
  /// - Returns: The encoder.
  /// - Throws: `ConversationError`.
  public func encoder(of checkpoint: Checkpoint) throws -> ConversationEncoder {
    try encoder(path: checkpoint.path, ggufMetadata: checkpoint.ggufMetadata)
  }

  /// The same of a model that may have no weights.
  ///
  /// - Parameter location: Where the model is.
  /// - Returns: The encoder.
  /// - Throws: `CheckpointError` or `ConversationError`.
  public func encoder(at location: ModelLocation) throws -> ConversationEncoder {
    switch location {
    case .folder(let folder): try encoder(path: folder.path, ggufMetadata: nil)
    case .gguf(let path):
      try encoder(path: path, ggufMetadata: GGUFFile(opening: path).metadata)
    }
  }

  private func encoder(path: String, ggufMetadata: JSONObject?) throws -> ConversationEncoder {
    if let ggufMetadata {
      return try ConversationEncoder(
        ggufMetadata: ggufMetadata, model: path, chatTemplate: chatTemplate,
        arguments: templateArguments)
    }
    return try ConversationEncoder(
      folder: path, chatTemplate: chatTemplate, arguments: templateArguments)
  }

  /// The same of a model that may have no weights.
  ///
  /// - Parameter location: Where the model is.
  /// - Returns: A sentence an argument.
  /// - Throws: `CheckpointError`.
  public func templateNotes(at location: ModelLocation) throws -> [String] {
    if templateArguments.isEmpty { return [] }
    return switch location {
    case .folder(let folder): templateNotes(path: folder.path, ggufMetadata: nil)
    case .gguf(let path):
      templateNotes(path: path, ggufMetadata: try GGUFFile(opening: path).metadata)
    }
  }

  /// What the user should know of the template's arguments: those that no template of the model mentions
  /// have no effect.
  ///
  /// - Parameters:
  ///   - path: The model's folder or file.
  ///   - ggufMetadata: Of a GGUF file.
  /// - Returns: A sentence an argument.
  public func templateNotes(path: String, ggufMetadata: JSONObject?) -> [String] {
    guard !templateArguments.isEmpty else { return [] }
    let templates = Result { () throws(ConversationError) in
      if let ggufMetadata { return try ModelTemplates(ggufMetadata: ggufMetadata, model: path) }
      return try ModelTemplates(folder: path)
    }
    let parsed = [false, true].compactMap { forTools in
      try? TemplateSource.chosen(chatTemplate, model: templates, forTools: forTools)?.parsed()
    }
    return templateArguments.variables.keys.filter { key in
      !parsed.contains { $0.mentions(key) }
    }.map { "the chat template does not mention '\($0)', so that template argument has no effect" }
  }
}
