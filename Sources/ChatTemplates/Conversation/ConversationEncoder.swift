import OrderedJSON
import Tokenization

/// The tokenizer and the chat template of one model: turns conversations into tokens.
public struct ConversationEncoder: Sendable {
  /// The tokenizer.
  public let tokenizer: Tokenizer
  /// The special tokens that the template sees.
  public let specialTokens: SpecialTokens
  /// What defines the tokenizer, for a fingerprint: the bytes of its `tokenizer.json`.
  public let tokenizerDefinition: [UInt8]
  /// The text of the chat template, for a fingerprint; nil where there is none.
  public let templateSource: String?
  /// Where the chat template is from; nil where there is none.
  public let templateOrigin: String?
  /// The time that templates see.
  public let clock: TemplateClock

  let model: String
  /// The ids that the files of the model name as ends of a text.
  let endTokens: Set<Int>
  /// What the tokenizer puts before a text: the beginning-of-sequence token, or nothing.
  let prefix: [Int]
  private let parsedTemplate: Result<ChatTemplate?, TemplateError>

  /// The chat template; nil where the model has none, or none that can be used.
  public var template: ChatTemplate? { (try? parsedTemplate.get()) ?? nil }

  /// Why the chat template that is there cannot be used; nil where it can, or where there is none.
  public var templateFault: TemplateError? {
    do throws(TemplateError) {
      _ = try parsedTemplate.get()
      return nil
    } catch {
      return error
    }
  }

  /// Reads `tokenizer.json` and what stands beside it in a model folder.
  ///
  /// The template is `chat_template.jinja`, or `chat_template` in `tokenizer_config.json`. One that
  /// is missing or unusable is no error until a conversation is to be rendered.
  ///
  /// - Parameters:
  ///   - folder: A model folder in the Hugging Face layout.
  ///   - chatTemplate: Instead of the model's template: a built-in name, or the path of a file.
  ///   - clock: The time that templates see.
  /// - Throws: `unreadable`, `malformedFile` or `unusableTokenizer`.
  public init(
    folder: String, chatTemplate: String? = nil, clock: TemplateClock = .environment
  ) throws(TemplateError) {
    let path = folder + "/tokenizer.json"
    guard let bytes = try ModelFile.contents(of: path) else {
      throw TemplateError(.unreadable(path: path, reason: "no such file"))
    }
    let configuration = try ModelDocument(folder + "/tokenizer_config.json")
    let specialTokens = try SpecialTokens(
      configuration: configuration, map: try ModelDocument(folder + "/special_tokens_map.json"))
    let source = Result { () throws(TemplateError) in
      if let chatTemplate {
        try TemplateSource.named(chatTemplate)
      } else {
        try TemplateSource.own(folder: folder, configuration: configuration)
      }
    }
    if chatTemplate != nil { _ = try source.get() }
    // As in transformers, config.json speaks only where generation_config.json does not.
    let ends = try ["generation_config.json", "config.json"].map { name throws(TemplateError) in
      try ModelDocument(folder + "/" + name).tokenIDs("eos_token_id")
    }
    try self.init(
      model: folder, tokenizerPath: path, tokenizerJSON: try ModelFile.json(bytes, path),
      definition: bytes, specialTokens: { _ in specialTokens },
      endTokens: ends.first { !$0.isEmpty } ?? [],
      template: source, clock: clock)
  }

  /// Reads the metadata of a GGUF file.
  ///
  /// - Parameters:
  ///   - metadata: All keys and values of the file.
  ///   - model: The path of the file, for messages.
  ///   - chatTemplate: Instead of the model's template: a built-in name, or the path of a file.
  ///   - clock: The time that templates see.
  /// - Throws: `unusableTokenizer`, or `unreadable` for the named template.
  public init(
    ggufMetadata metadata: JSONObject, model: String, chatTemplate: String? = nil,
    clock: TemplateClock = .environment
  ) throws(TemplateError) {
    let json: JSONValue
    do throws(TokenizerError) {
      json = try Tokenizer.tokenizerJSON(fromGGUF: metadata)
    } catch {
      throw TemplateError(.unusableTokenizer(path: model, error))
    }
    let document = ModelDocument(path: model, metadata: metadata)
    let source = Result { () throws(TemplateError) in
      if let chatTemplate {
        try TemplateSource.named(chatTemplate)
      } else {
        try TemplateSource.own(gguf: document)
      }
    }
    if chatTemplate != nil { _ = try source.get() }
    try self.init(
      model: model, tokenizerPath: model, tokenizerJSON: json,
      definition: Array(json.text().utf8),
      specialTokens: { SpecialTokens(ggufMetadata: metadata, token: $0.token(of:)) },
      endTokens: try document.tokenIDs("tokenizer.ggml.eos_token_id")
        + document.tokenIDs("tokenizer.ggml.eot_token_id")
        + document.tokenIDs("tokenizer.ggml.eom_token_id"),
      template: source, clock: clock)
  }

  private init(
    model: String, tokenizerPath: String, tokenizerJSON json: JSONValue, definition: [UInt8],
    specialTokens: (Tokenizer) -> SpecialTokens, endTokens: [Int],
    template: Result<TemplateSource?, TemplateError>, clock: TemplateClock
  ) throws(TemplateError) {
    do throws(TokenizerError) {
      tokenizer = try Tokenizer(json: json)
    } catch {
      throw TemplateError(.unusableTokenizer(path: tokenizerPath, error))
    }
    self.model = model
    self.clock = clock
    tokenizerDefinition = definition
    self.specialTokens = specialTokens(tokenizer)
    prefix = Self.prefix(of: tokenizer)
    templateSource = ((try? template.get()) ?? nil)?.text
    templateOrigin = ((try? template.get()) ?? nil)?.origin
    parsedTemplate = Result { () throws(TemplateError) in try template.get()?.parsed() }
    let end = self.specialTokens["eos_token"].flatMap(tokenizer.id)
    self.endTokens = Set(endTokens.isEmpty ? [end].compactMap { $0 } : endTokens)
  }

  /// What the tokenizer puts before any text.
  private static func prefix(of tokenizer: Tokenizer) -> [Int] {
    let plain = tokenizer.encode("a", addSpecialTokens: false).map(\.id)
    let framed = tokenizer.encode("a", addSpecialTokens: true).map(\.id)
    return TextSearch.find(plain, in: framed).map { Array(framed[..<$0]) } ?? []
  }

  /// The template, which must be there now.
  func requiredTemplate() throws(TemplateError) -> ChatTemplate {
    guard let template = try parsedTemplate.get() else {
      throw TemplateError(.noTemplate(model: model))
    }
    return template
  }
}
