import OrderedJSON

/// A chat template: the Jinja program that turns a conversation into the text a model reads.
///
/// Templates run as transformers runs them (immutable sandbox, `trim_blocks`, `lstrip_blocks`,
/// `break` and `continue`, `raise_exception`, `strftime_now`, its own `tojson`, the `generation`
/// tag), and cannot hang or fill the memory. What is not implemented is an error that names it.
public struct ChatTemplate: Sendable {
  /// The text of the template, exactly as it was given.
  public let source: String
  private let program: Frame
  /// Far above any real template, which has some tens of kilobytes.
  private static let byteLimit = 512 << 10

  /// What the template is given whatever else it is: nobody can hand it variables of these names.
  public static let ownVariables: Set<String> = Set(
    ["messages", "add_generation_prompt", "tools", "documents"] + Interpreter.globals.keys)

  /// The words of the language, which name no variable.
  public static let words: Set<String> = [
    "true", "false", "none", "True", "False", "None", "and", "or", "not", "if", "else", "in", "is",
    "loop",
  ]

  /// Parses a template.
  ///
  /// - Parameter source: Its text.
  /// - Throws: `TemplateError` with the line: `syntax`, or `unsupported` with the feature's name.
  public init(source: String) throws(TemplateError) {
    guard source.utf8.count <= Self.byteLimit else {
      throw .limitExceeded("\(Self.byteLimit) bytes of its own text")
    }
    self.source = source
    program = try TemplateParser.parse(source)
  }

  /// Whether the template, any of its loops and macros included, reads or assigns a variable.
  ///
  /// - Parameter name: The name.
  /// - Returns: False where handing the variable to the template changes nothing.
  public func mentions(_ name: String) -> Bool { program.mentions(name) }

  /// Renders a conversation.
  ///
  /// As in transformers, `tools` and `documents` are defined and `None`; a special token that the
  /// model does not have is undefined.
  ///
  /// - Parameters:
  ///   - messages: The conversation, each an object with `role` and `content`.
  ///   - addGenerationPrompt: Whether to end with the start of an assistant turn.
  ///   - variables: What else the template sees: special tokens by name, `tools`, ...
  ///   - clock: The time that `strftime_now` tells.
  ///   - dates: Where it is noted what `strftime_now` told.
  ///   - limits: What the rendering may cost.
  /// - Returns: The text.
  /// - Throws: `TemplateError` with the line, `raised` when the template refuses the conversation.
  public func render(
    messages: [JSONValue], addGenerationPrompt: Bool, variables: JSONObject = JSONObject(),
    clock: TemplateClock = .environment, dates: TemplateDates? = nil,
    limits: TemplateLimits = .standard
  ) throws(TemplateError) -> String {
    var given: [String: Value] = ["tools": .none, "documents": .none]
    for member in variables.members { given[member.key] = Value(member.value) }
    given["messages"] = .list(messages.map { Value(Self.withReasoning($0)) })
    given["add_generation_prompt"] = .bool(addGenerationPrompt)
    return try Interpreter.render(program, given, clock: clock, dates: dates, limits: limits)
  }

  /// Gives a message's reasoning the names that templates look for, as transformers does.
  private static func withReasoning(_ message: JSONValue) -> JSONValue {
    let names = ["reasoning_content", "thinking", "reasoning"]
    guard var object = message.objectValue,
      let reasoning = names.lazy.compactMap({ object[$0] }).first(where: { !$0.isNull })
    else { return message }
    if object["thinking"] == nil {
      object = JSONObject([JSONObject.Member(key: "thinking", value: reasoning)] + object.members)
    }
    object["reasoning_content"] = reasoning
    return .object(object)
  }
}

extension Value {
  /// The Python value that `json.loads` gives for a JSON value.
  init(_ json: JSONValue) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .float(value)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(elements.map(Value.init))
    case .object(let object):
      var mapping = Mapping()
      for member in object.members { mapping.set(member.key, Value(member.value)) }
      self = .mapping(mapping)
    }
  }
}
