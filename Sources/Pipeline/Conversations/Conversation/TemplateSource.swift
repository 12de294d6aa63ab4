import Jinja
import OrderedJSON

/// The text of a chat template and where it is from.
public struct TemplateSource: Sendable {
  /// The text of the template.
  public let text: String
  /// The file, and the key in it where it holds more than the template.
  public let origin: String

  /// The syntax tree.
  ///
  /// - Returns: The template.
  /// - Throws: What is wrong with the template, with its origin.
  public func parsed() throws(ConversationError) -> ChatTemplate {
    do throws(TemplateError) {
      return try ChatTemplate(source: text)
    } catch {
      throw ConversationError(.template(error), file: origin)
    }
  }

  /// Identifies the template and what is handed to it; without arguments the SHA-256 of its text.
  ///
  /// - Parameter arguments: What is handed to it.
  /// - Returns: The digest in hexadecimal.
  public func fingerprint(_ arguments: TemplateArguments) -> String {
    RenderedTemplates.fingerprint([text], arguments) ?? ""
  }

  /// The template for a model's conversations.
  ///
  /// - Parameters:
  ///   - name: What `--chat-template` says: the name of one of the model's templates, of a built-in
  ///     template, or the path of a Jinja file, looked for in this order; nil for the model's own.
  ///   - model: The model's templates, or why they cannot be read.
  ///   - forTools: Whether the conversations have tools.
  /// - Returns: The template; nil where the model has none of its own.
  /// - Throws: `unreadable` where there is nothing of this name, with the names that there are.
  public static func chosen(
    _ name: String?, model: Result<ModelTemplates, ConversationError>, forTools: Bool = false
  ) throws(ConversationError) -> TemplateSource? {
    guard let name else { return try model.get().source(named: nil, forTools: forTools) }
    let own = try? model.get()
    if let source = try own?.source(named: name, forTools: forTools) { return source }
    if let text = BuiltInTemplates.all[name] {
      return TemplateSource(text: text, origin: "built-in template '\(name)'")
    }
    if let text = try ModelFile.text(name) { return TemplateSource(text: text, origin: name) }
    let names = BuiltInTemplates.all.keys.sorted().joined(separator: ", ")
    let ownNames = own?.names.joined(separator: ", ") ?? ""
    throw ConversationError(
      .unreadable(
        path: name,
        reason:
          "no such file, nor a template of the model (\(ownNames.isEmpty ? "none" : ownNames))"
          + ", nor a built-in template (\(names))"))
  }
}
