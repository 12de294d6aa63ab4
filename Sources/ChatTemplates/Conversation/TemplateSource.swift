import OrderedJSON

/// Finds the chat template of a model.
enum TemplateSource {
  /// The template that a user names instead of the model's own.
  ///
  /// - Parameter name: The name of a built-in template, or the path of a Jinja file.
  /// - Returns: The text of the template.
  /// - Throws: `unreadable` where there is no such file either.
  static func named(_ name: String) throws(TemplateError) -> String {
    if let source = BuiltInTemplates.all[name] { return source }
    guard let source = try text(ofFile: name) else {
      let names = BuiltInTemplates.all.keys.sorted().joined(separator: ", ")
      throw TemplateError(
        .unreadable(path: name, reason: "no such file, nor a built-in template (\(names))"))
    }
    return source
  }

  /// The template of a model folder: `chat_template.jinja`, or what the configuration says.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - configuration: Its `tokenizer_config.json`.
  /// - Returns: The text of the template, nil where there is none.
  /// - Throws: `unreadable` or `malformedFile`.
  static func own(
    folder: String, configuration: JSONValue?
  ) throws(TemplateError) -> String? {
    if let source = try text(ofFile: folder + "/chat_template.jinja") { return source }
    guard let value = configuration?["chat_template"], !value.isNull else { return nil }
    if let source = value.stringValue { return source }
    let path = folder + "/tokenizer_config.json"
    guard let templates = value.arrayValue else {
      throw TemplateError(
        .malformedFile(path: path, reason: "chat_template is \(value.kind), not a string or a list")
      )
    }
    guard let standard = templates.last(where: { $0["name"]?.stringValue == "default" }),
      let source = standard["template"]?.stringValue
    else {
      let names = templates.compactMap { $0["name"]?.stringValue }.joined(separator: ", ")
      throw TemplateError(
        .malformedFile(path: path, reason: "none of the chat templates (\(names)) is the default"))
    }
    return source
  }

  private static func text(ofFile path: String) throws(TemplateError) -> String? {
    guard let bytes = try ModelFile.contents(of: path) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TemplateError(.malformedFile(path: path, reason: "not UTF-8"))
    }
    return text
  }
}

/// Files of a model folder that may be missing.
enum ModelFile {
  private static let byteLimit = 1 << 28

  /// The bytes of a file, nil where there is none.
  static func contents(of path: String) throws(TemplateError) -> [UInt8]? {
    do throws(InputFile.Problem) {
      return try InputFile.contents(of: path, limit: byteLimit)
    } catch {
      throw TemplateError(.unreadable(path: path, reason: error.reason))
    }
  }

  /// The JSON of a file, nil where there is none.
  static func json(_ path: String) throws(TemplateError) -> JSONValue? {
    guard let bytes = try contents(of: path) else { return nil }
    do throws(JSONError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw TemplateError(.malformedFile(path: path, reason: error.description))
    }
  }
}
