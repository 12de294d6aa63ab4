import CommandSupport
import Conversations

/// Prompts as the model reads them, and where its answers end.
struct PromptTokens {
  let prompts: [[Int32]]
  let stopTokens: Set<Int32>

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
    prompts = try PromptFile.read(path).prompts.map { prompt in
      try encoder.encodePrompt(prompt.messages).map { Int32($0) }
    }
    stopTokens = Set(encoder.stopTokens.map { Int32($0) })
  }
}
