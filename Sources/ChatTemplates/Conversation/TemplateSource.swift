import OrderedJSON

/// The text of a chat template and where it is from.
public struct TemplateSource: Sendable {
  /// The text of the template.
  public let text: String
  /// The file, and the key in it where it holds more than the template.
  public let origin: String

  /// Finds the template of a model folder, whatever else is in it.
  ///
  /// - Parameter folder: A model folder in the Hugging Face layout.
  /// - Returns: The template, nil where there is none.
  /// - Throws: `TemplateError` `unreadable` or `malformedFile`.
  public static func own(folder: String) throws(TemplateError) -> TemplateSource? {
    try own(folder: folder, configuration: try ModelDocument(folder + "/tokenizer_config.json"))
  }

  /// Finds the template in the metadata of a GGUF file.
  ///
  /// - Parameters:
  ///   - metadata: All keys and values of the file.
  ///   - model: The path of the file.
  /// - Returns: The template, nil where there is none.
  /// - Throws: `TemplateError` `malformedFile`.
  public static func own(
    ggufMetadata metadata: JSONObject, model: String
  ) throws(TemplateError) -> TemplateSource? {
    try own(gguf: ModelDocument(path: model, metadata: metadata))
  }

  /// The syntax tree.
  ///
  /// - Returns: The template.
  /// - Throws: What is wrong with the template, with its origin.
  public func parsed() throws(TemplateError) -> ChatTemplate {
    do throws(TemplateError) {
      return try ChatTemplate(source: text)
    } catch {
      throw error.inFile(origin)
    }
  }

  /// The template that a user names instead of the model's own.
  ///
  /// - Parameter name: The name of a built-in template, or the path of a Jinja file.
  /// - Returns: The template.
  /// - Throws: `unreadable` where there is no such file either.
  public static func named(_ name: String) throws(TemplateError) -> TemplateSource {
    if let text = BuiltInTemplates.all[name] {
      return TemplateSource(text: text, origin: "built-in template '\(name)'")
    }
    guard let text = try ModelFile.text(name) else {
      let names = BuiltInTemplates.all.keys.sorted().joined(separator: ", ")
      throw TemplateError(
        .unreadable(path: name, reason: "no such file, nor a built-in template (\(names))"))
    }
    return TemplateSource(text: text, origin: name)
  }

  /// The template of a model folder: `chat_template.jinja`, or what the configuration says.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - configuration: Its `tokenizer_config.json`.
  /// - Returns: The template, nil where there is none.
  /// - Throws: `unreadable` or `malformedFile`.
  static func own(
    folder: String, configuration: ModelDocument
  ) throws(TemplateError) -> TemplateSource? {
    let path = folder + "/chat_template.jinja"
    if let text = try ModelFile.text(path) { return TemplateSource(text: text, origin: path) }
    guard let value = configuration.json["chat_template"], !value.isNull else { return nil }
    let text =
      if let text = value.stringValue { text } else { try listed(value, in: configuration) }
    return TemplateSource(text: text, origin: configuration.path + ": chat_template")
  }

  /// The template of a GGUF file, nil where it has none.
  static func own(gguf metadata: ModelDocument) throws(TemplateError) -> TemplateSource? {
    let key = "tokenizer.chat_template"
    guard let value = metadata.json[key] else { return nil }
    guard let text = value.stringValue else {
      throw metadata.malformed("\(key) is \(value.kind), not a string")
    }
    return TemplateSource(text: text, origin: "\(metadata.path): \(key)")
  }

  /// The default of several templates.
  private static func listed(
    _ value: JSONValue, in configuration: ModelDocument
  ) throws(TemplateError) -> String {
    guard let templates = value.arrayValue else {
      throw configuration.malformed("chat_template is \(value.kind), not a string or a list")
    }
    guard let standard = templates.last(where: { $0["name"]?.stringValue == "default" }),
      let text = standard["template"]?.stringValue
    else {
      let names = templates.compactMap { $0["name"]?.stringValue }.joined(separator: ", ")
      throw configuration.malformed("none of the chat templates (\(names)) is the default")
    }
    return text
  }
}
