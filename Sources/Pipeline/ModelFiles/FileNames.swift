/// The documents that stand beside the weights in a folder of the Hugging Face layout.
public enum DocumentName: String, CaseIterable, Sendable {
  case configuration = "config.json"
  case tokenizer = "tokenizer.json"
  case tokenizerConfiguration = "tokenizer_config.json"
  case chatTemplate = "chat_template.jinja"
  case generationConfiguration = "generation_config.json"
  case specialTokensMap = "special_tokens_map.json"
  case addedTokens = "added_tokens.json"

  /// The folder of the chat templates that have names of their own.
  public static let namedTemplates = "additional_chat_templates"
  /// Where processors keep their template.
  public static let processorTemplate = "chat_template.json"

  /// Its path in a folder.
  public func path(in folder: String) -> String { "\(folder)/\(rawValue)" }
}

/// The files that hold weights in a folder of the Hugging Face layout.
public enum WeightsName: String, Sendable {
  /// All of them.
  case single = "model.safetensors"
  /// Which of several files holds what.
  case index = "model.safetensors.index.json"

  /// Its path in a folder.
  public func path(in folder: String) -> String { "\(folder)/\(rawValue)" }
}

/// The files of an adapter in PEFT's layout.
public enum AdapterFileName: String, CaseIterable, Sendable {
  case configuration = "adapter_config.json"
  case weights = "adapter_model.safetensors"
  /// The weights as they were kept before, which can run any code when they are read.
  case pickle = "adapter_model.bin"

  /// Its path in a folder.
  public func path(in folder: String) -> String { "\(folder)/\(rawValue)" }
}
