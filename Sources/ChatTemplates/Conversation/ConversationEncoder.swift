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
  /// The time that templates see.
  public let clock: TemplateClock

  let model: String
  let addedTokens: Set<Int>
  /// The ids that the files of the model name as ends of a text.
  let endTokens: Set<Int>
  /// What the tokenizer puts before a text: the beginning-of-sequence token, or nothing.
  let prefix: [Int]
  private let parsedTemplate: Result<ChatTemplate?, TemplateError>

  /// The chat template; nil where the model has none, or none that can be used.
  public var template: ChatTemplate? { (try? parsedTemplate.get()) ?? nil }

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
    guard let bytes = try ModelFile.contents(of: path), let json = try ModelFile.json(path) else {
      throw TemplateError(.unreadable(path: path, reason: "no such file"))
    }
    let configuration = try ModelFile.json(folder + "/tokenizer_config.json")
    let map = try ModelFile.json(folder + "/special_tokens_map.json")
    let source = Result { () throws(TemplateError) in
      if let chatTemplate {
        try TemplateSource.named(chatTemplate)
      } else {
        try TemplateSource.own(folder: folder, configuration: configuration)
      }
    }
    if chatTemplate != nil { _ = try source.get() }
    let generation = try ModelFile.json(folder + "/generation_config.json")
    let modelConfiguration = try ModelFile.json(folder + "/config.json")
    try self.init(
      model: folder, tokenizerJSON: json, definition: bytes,
      specialTokens: { _ in SpecialTokens(configuration: configuration, map: map) },
      endTokens: Self.ids(generation?["eos_token_id"])
        + Self.ids(modelConfiguration?["eos_token_id"]),
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
      throw TemplateError(.unusableTokenizer("\(model): \(error)"))
    }
    let own = metadata["tokenizer.chat_template"]?.stringValue
    let source = if let chatTemplate { try TemplateSource.named(chatTemplate) } else { own }
    let ends = ["eos", "eot", "eom"].flatMap {
      Self.ids(metadata["tokenizer.ggml.\($0)_token_id"])
    }
    try self.init(
      model: model, tokenizerJSON: json, definition: Array(json.text().utf8),
      specialTokens: { SpecialTokens(ggufMetadata: metadata, token: $0.token(of:)) },
      endTokens: ends, template: .success(source), clock: clock)
  }

  private init(
    model: String, tokenizerJSON json: JSONValue, definition: [UInt8],
    specialTokens: (Tokenizer) -> SpecialTokens, endTokens: [Int],
    template: Result<String?, TemplateError>, clock: TemplateClock
  ) throws(TemplateError) {
    do throws(TokenizerError) {
      tokenizer = try Tokenizer(json: json)
    } catch {
      throw TemplateError(.unusableTokenizer("\(model): \(error)"))
    }
    self.model = model
    self.clock = clock
    tokenizerDefinition = definition
    self.specialTokens = specialTokens(tokenizer)
    addedTokens = Set(
      (json["added_tokens"]?.arrayValue ?? []).compactMap { $0["id"]?.integerValue })
    prefix = Self.prefix(of: tokenizer)
    templateSource = (try? template.get()) ?? nil
    parsedTemplate = Result { () throws(TemplateError) in
      guard let source = try template.get() else { return nil }
      return try ChatTemplate(source: source)
    }
    let end = self.specialTokens["eos_token"].flatMap(tokenizer.id)
    self.endTokens = Set(endTokens + [end].compactMap { $0 })
  }

  private static func ids(_ value: JSONValue?) -> [Int] {
    value?.arrayValue?.compactMap(\.integerValue) ?? [value?.integerValue].compactMap { $0 }
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
