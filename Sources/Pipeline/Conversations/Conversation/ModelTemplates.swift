import ModelFiles
import OrderedJSON

/// The chat templates of a model: one, which is its default, or several by name.
public struct ModelTemplates: Sendable {
  private var sources: [String: TemplateSource] = [:]
  /// The file that they are from, for messages.
  private let origin: String

  /// The names, sorted.
  public var names: [String] { sources.keys.sorted() }

  /// Finds the templates of a model folder, whatever else is in it.
  ///
  /// As in transformers, `chat_template.jinja` and the files of `additional_chat_templates` come
  /// before whatever `tokenizer_config.json` says under `chat_template`: a template, a list of
  /// objects with `name` and `template`, or templates by name. Where there is none of these,
  /// `chat_template.json` counts, which transformers reads for processors only.
  ///
  /// - Parameter folder: A model folder in the Hugging Face layout.
  /// - Throws: `ConversationError` `unreadable` or `malformedFile`.
  public init(folder: String) throws(ConversationError) {
    origin = folder
    try readFiles(folder)
    for name in [
      DocumentName.tokenizerConfiguration.rawValue, DocumentName.processorTemplate,
    ] where sources.isEmpty {
      try read("chat_template", of: try ModelDocument(folder + "/" + name))
    }
  }

  /// Finds the templates in the metadata of a GGUF file, where further ones have keys of their own.
  ///
  /// - Parameters:
  ///   - metadata: All keys and values of the file.
  ///   - model: The path of the file.
  /// - Throws: `ConversationError` `malformedFile`.
  public init(ggufMetadata metadata: JSONObject, model: String) throws(ConversationError) {
    origin = model
    let document = ModelDocument(path: model, metadata: metadata)
    let key = "tokenizer.chat_template"
    for member in metadata.members where member.key == key || member.key.hasPrefix(key + ".") {
      let name = member.key == key ? "default" : String(member.key.dropFirst(key.count + 1))
      try add(name, member.value, member.key, of: document)
    }
  }

  /// The template of a name, or the one for conversations with or without tools.
  ///
  /// - Parameters:
  ///   - name: A name; nil to choose as transformers does.
  ///   - forTools: Whether there are tools, for which `tool_use` is chosen.
  /// - Returns: The template; nil where there is none of this name, or none at all.
  /// - Throws: `malformedFile` where there are several and none is the default.
  func source(named name: String?, forTools: Bool) throws(ConversationError) -> TemplateSource? {
    if let name { return sources[name] }
    if forTools, let source = sources["tool_use"] { return source }
    guard sources["default"] == nil, !sources.isEmpty else { return sources["default"] }
    throw ConversationError(
      .malformedFile(
        path: origin,
        reason: "none of the chat templates (\(names.joined(separator: ", "))) is the default; "
          + "name one with --chat-template"))
  }

  private mutating func readFiles(_ folder: String) throws(ConversationError) {
    let own = DocumentName.chatTemplate.path(in: folder)
    if let text = try ModelFile.text(own) {
      sources["default"] = TemplateSource(text: text, origin: own)
    }
    let more = "\(folder)/\(DocumentName.namedTemplates)"
    for name in try ModelFile.names(in: more) where name.hasSuffix(".jinja") {
      let path = more + "/" + name
      guard let text = try ModelFile.text(path) else { continue }
      sources[String(name.dropLast(".jinja".count))] = TemplateSource(text: text, origin: path)
    }
  }

  private mutating func read(_ key: String, of document: ModelDocument) throws(ConversationError) {
    guard let value = document.json[key], !value.isNull else { return }
    guard value.arrayValue?.isEmpty != true, value.objectValue?.members.isEmpty != true else {
      throw document.malformed("\(key) is empty")
    }
    if let list = value.arrayValue {
      for (index, entry) in list.enumerated() {
        guard let name = entry["name"]?.stringValue, let text = entry["template"] else {
          throw document.malformed("\(key)[\(index)] should have a name and a template")
        }
        try add(name, text, "\(key)[\(index)].template", of: document)
      }
    } else if let object = value.objectValue {
      for member in object.members {
        try add(member.key, member.value, "\(key).\(member.key)", of: document)
      }
    } else {
      try add("default", value, key, of: document)
    }
  }

  private mutating func add(
    _ name: String, _ value: JSONValue, _ key: String, of document: ModelDocument
  ) throws(ConversationError) {
    guard let text = value.stringValue else {
      throw document.malformed("\(key) is \(value.kind), not a template")
    }
    sources[name] = TemplateSource(text: text, origin: "\(document.path): \(key)")
  }
}
