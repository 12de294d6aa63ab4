import Conversations
import Evaluation
import Tokenization
import Tokens
import Transformer

/// A language model that responds as its generation settings say.
public struct ModelResponses: ResponseGenerator {
  private let language: LanguageModel
  private let settings: GenerationSettings

  /// Creates what responds.
  ///
  /// - Parameters:
  ///   - language: The model.
  ///   - settings: What its `generation_config.json` says.
  public init(language: LanguageModel, settings: GenerationSettings) {
    self.language = language
    self.settings = settings
  }

  /// The response to each prompt; see `ResponseGenerator`.
  public func respond(
    to prompts: [[TokenID]], maxNewTokens: Int, stopTokens: Set<TokenID>, batchSize: Int,
    progress: (Int, Int) -> Void
  ) throws -> [GeneratedResponse] {
    try language.continuations(
      of: prompts, maxNewTokens: maxNewTokens, stopTokens: stopTokens, batchSize: batchSize,
      settings: settings, progress: progress
    ).map { GeneratedResponse(tokens: $0.tokens, finish: Self.finish($0.end)) }
  }

  private static func finish(_ end: Continuation.End) -> GeneratedResponse.Finish {
    switch end {
    case .stopToken: .stop
    case .newTokenLimit: .length
    case .contextLength: .context
    }
  }
}

extension PromptEncoding {
  /// The encoding of a model's tokenizer and template.
  ///
  /// - Parameters:
  ///   - encoder: Tokenizer and template.
  ///   - prefill: What every answer is forced to begin with; nil for nothing.
  public init(_ encoder: ConversationEncoder, prefill: String? = nil) {
    self.init(
      encode: { messages in
        guard let prefill else { return try encoder.encodePrompt(messages) }
        return try encoder.encodePrompt(messages, beginning: prefill)
      },
      decode: { encoder.tokenizer.decode($0, skipSpecialTokens: true) },
      decodeWhole: { encoder.tokenizer.decode($0, skipSpecialTokens: false) },
      stopTokens: encoder.stopTokens, prefill: prefill)
  }
}
