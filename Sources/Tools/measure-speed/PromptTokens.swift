import CommandSupport
import Conversations
import Tokens

/// Prompts as the model reads them, and where its answers end.
struct PromptTokens {
  let prompts: [[TokenID]]
  let stopTokens: Set<TokenID>

  /// Reads a prompt file.
  ///
  /// - Parameters:
  ///   - path: JSONL, CSV or TXT.
  ///   - encoder: The model's tokenizer and template.
  /// - Throws: `ExampleError`, `ConversationError`, or `CommandError` when the model has no tokenizer.
  init(reading path: String, encoder: ConversationEncoder?) throws {
    guard let encoder else {
      throw CommandError.invalidValue(
        flag: "--prompts", value: path, allowed: "none, as the model has no tokenizer")
    }
    prompts = try PromptFile.read(path).prompts.map { try encoder.encodePrompt($0.messages) }
    stopTokens = encoder.stopTokens
  }
}
