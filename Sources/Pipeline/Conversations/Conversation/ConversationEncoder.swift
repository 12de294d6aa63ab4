import Jinja
import ModelFiles
import OrderedJSON
import Tokenization
import Tokens

/// The tokenizer and the chat template of one model: turns conversations into tokens.
public struct ConversationEncoder: Sendable {
  /// The tokenizer.
  public let tokenizer: Tokenizer
  /// The special tokens that the template sees.
  public let specialTokens: SpecialTokens
  /// What defines the tokenizer, for a fingerprint: the bytes of its `tokenizer.json`, and what the
  /// files beside it change.
  public let tokenizerDefinition: [UInt8]
  /// The text of the chat template; nil where there is none.
  public let templateSource: String?
  /// Where the chat template is from; nil where there is none.
  public let templateOrigin: String?
  /// What templates are handed beside the conversation.
  public let arguments: TemplateArguments
  /// The time that templates see.
  public let clock: TemplateClock
  let rendered = RenderedTemplates()
  /// The dates that they asked for so far.
  public let dates = TemplateDates()

  let model: String
  /// The ids that the files of the model name as ends of a text.
  let endTokens: Set<TokenID>
  private let parsedTemplate: Result<ChatTemplate?, ConversationError>
  private let parsedToolTemplate: Result<ChatTemplate?, ConversationError>

  /// The chat template; nil where the model has none, or none that can be used.
  public var template: ChatTemplate? { (try? parsedTemplate.get()) ?? nil }

  /// Identifies the templates that conversations were rendered with so far, or the default where none were,
  /// and the arguments; nil where there is no template.
  ///
  /// Of one template without arguments it is the SHA-256 of its text.
  public var templateFingerprint: String? {
    rendered.fingerprint(otherwise: templateSource, arguments)
  }

  /// Why the chat template that is there cannot be used; nil where it can, or where there is none.
  public var templateFault: ConversationError? {
    do throws(ConversationError) {
      _ = try parsedTemplate.get()
      return nil
    } catch {
      return error
    }
  }

  /// Reads `tokenizer.json` and what stands beside it in a model folder.
  ///
  /// A template that is missing or unusable is no error until a conversation is to be rendered.
  ///
  /// - Parameters:
  ///   - folder: A model folder in the Hugging Face layout.
  ///   - chatTemplate: Instead of the model's default: the name of another template of the model, a
  ///     built-in name, or the path of a file.
  ///   - arguments: What templates are handed beside the conversation.
  ///   - clock: The time that templates see.
  /// - Throws: `unreadable`, `malformedFile`, `unusableTokenizer` or `argument`.
  public init(
    folder: String, chatTemplate: String? = nil, arguments: TemplateArguments = TemplateArguments(),
    clock: TemplateClock = .environment
  ) throws(ConversationError) {
    let path = DocumentName.tokenizer.path(in: folder)
    guard let bytes = try ModelFile.contents(of: path) else {
      throw ConversationError(.unreadable(path: path, reason: "no such file"))
    }
    let tokenizer: Tokenizer
    let json = try ModelFile.json(bytes, path)
    let files = try TokenizerFiles(folder: folder)
    do throws(TokenizerError) {
      tokenizer = try Tokenizer(json: json, files: files)
    } catch {
      let (file, located) = error.located
      throw ConversationError(.unusableTokenizer(path: folder + "/" + file, located))
    }
    // As in transformers, config.json speaks only where generation_config.json does not.
    let ends = try [DocumentName.generationConfiguration, .configuration].map {
      name throws(ConversationError) in
      try ModelDocument(name.path(in: folder)).tokenIDs("eos_token_id")
    }
    let templates = Result { () throws(ConversationError) in try ModelTemplates(folder: folder) }
    try self.init(
      model: folder, tokenizer: tokenizer, definition: bytes + Array(tokenizer.changes.utf8),
      specialTokens: SpecialTokens(tokenizer), endTokens: ends.first { !$0.isEmpty } ?? [],
      templates: templates, chatTemplate: chatTemplate, arguments: arguments, clock: clock)
  }

  /// Reads the metadata of a GGUF file.
  ///
  /// - Parameters:
  ///   - metadata: All keys and values of the file.
  ///   - model: The path of the file, for messages.
  ///   - chatTemplate: Instead of the model's default: the name of another template of the model, a
  ///     built-in name, or the path of a file.
  ///   - arguments: What templates are handed beside the conversation.
  ///   - clock: The time that templates see.
  /// - Throws: `unusableTokenizer`, `argument`, or `unreadable` for the named template.
  public init(
    ggufMetadata metadata: JSONObject, model: String, chatTemplate: String? = nil,
    arguments: TemplateArguments = TemplateArguments(), clock: TemplateClock = .environment
  ) throws(ConversationError) {
    let json: JSONValue
    let tokenizer: Tokenizer
    do throws(TokenizerError) {
      json = try Tokenizer.tokenizerJSON(fromGGUF: metadata)
      tokenizer = try Tokenizer(json: json)
    } catch {
      throw ConversationError(.unusableTokenizer(path: model, error))
    }
    let document = ModelDocument(path: model, metadata: metadata)
    let templates = Result { () throws(ConversationError) in
      try ModelTemplates(ggufMetadata: metadata, model: model)
    }
    try self.init(
      model: model, tokenizer: tokenizer, definition: Array(json.text().utf8),
      specialTokens: SpecialTokens(ggufMetadata: metadata, token: tokenizer.token(of:)),
      endTokens: try document.tokenIDs("tokenizer.ggml.eos_token_id")
        + document.tokenIDs("tokenizer.ggml.eot_token_id")
        + document.tokenIDs("tokenizer.ggml.eom_token_id"),
      templates: templates, chatTemplate: chatTemplate, arguments: arguments, clock: clock)
  }

  private init(
    model: String, tokenizer: Tokenizer, definition: [UInt8], specialTokens: SpecialTokens,
    endTokens: [Int], templates: Result<ModelTemplates, ConversationError>, chatTemplate: String?,
    arguments: TemplateArguments, clock: TemplateClock
  ) throws(ConversationError) {
    if let name = arguments.variables.keys.first(where: { specialTokens.variables[$0] != nil }) {
      throw ConversationError(.argument(.reserved(name)))
    }
    self.model = model
    self.arguments = arguments
    self.tokenizer = tokenizer
    self.clock = clock
    self.specialTokens = specialTokens
    tokenizerDefinition = definition
    let source = Result { () throws(ConversationError) in
      try TemplateSource.chosen(chatTemplate, model: templates)
    }
    if chatTemplate != nil { _ = try source.get() }
    templateSource = ((try? source.get()) ?? nil)?.text
    templateOrigin = ((try? source.get()) ?? nil)?.origin
    parsedTemplate = Result { () throws(ConversationError) in try source.get()?.parsed() }
    parsedToolTemplate = Result { () throws(ConversationError) in
      try TemplateSource.chosen(chatTemplate, model: templates, forTools: true)?.parsed()
    }
    // An id that no token can have ends nothing.
    self.endTokens = Set(
      endTokens.isEmpty
        ? [specialTokens["eos_token"].flatMap(tokenizer.id)].compactMap { $0 }
        : endTokens.compactMap { TokenID(exactly: $0) })
  }

  /// The template, which must be there now.
  func requiredTemplate(forTools: Bool = false) throws(ConversationError) -> ChatTemplate {
    guard let template = try (forTools ? parsedToolTemplate : parsedTemplate).get() else {
      throw ConversationError(.noTemplate(model: model))
    }
    return template
  }
}

extension TokenizerFiles {
  /// Reads the files beside a `tokenizer.json`.
  init(folder: String) throws(ConversationError) {
    self.init(
      configuration: try ModelDocument(DocumentName.tokenizerConfiguration.path(in: folder)).value,
      specialTokensMap: try ModelDocument(DocumentName.specialTokensMap.path(in: folder)).value,
      addedTokens: try ModelDocument(DocumentName.addedTokens.path(in: folder)).value)
  }
}
