import Jinja
import OrderedJSON
import Tokenization
import Tokens

extension ConversationEncoder {
  /// The text of a conversation as the template writes it.
  ///
  /// As `apply_chat_template` does it: members of a message that are null are left out.
  ///
  /// - Parameters:
  ///   - messages: The conversation.
  ///   - tools: What the model may call, a list of JSON schemas; nil for a template that knows none.
  ///   - addGenerationPrompt: Whether to end with the start of an assistant turn.
  /// - Returns: The text.
  /// - Throws: `noTemplate`, `malformedTools`, or what the template throws.
  public func render(
    _ messages: [JSONValue], tools: JSONValue? = nil, addGenerationPrompt: Bool = false
  ) throws(ConversationError) -> String {
    let template = try requiredTemplate(forTools: tools != nil)
    rendered.add(template.source)
    var variables = specialTokens.variables
    for member in arguments.variables.members { variables[member.key] = member.value }
    if let tools {
      guard tools.arrayValue?.allSatisfy({ $0.objectValue != nil }) ?? false else {
        throw ConversationError(.malformedTools(found: tools.kind))
      }
      variables["tools"] = tools
    }
    do throws(TemplateError) {
      return try template.render(
        messages: messages.map(Self.withoutNulls), addGenerationPrompt: addGenerationPrompt,
        variables: variables, clock: clock, dates: dates)
    } catch {
      throw ConversationError(.template(error))
    }
  }

  private static func withoutNulls(_ message: JSONValue) -> JSONValue {
    guard let object = message.objectValue else { return message }
    return .object(JSONObject(object.members.filter { !$0.value.isNull }))
  }

  /// The tokens of a rendered text.
  ///
  /// The tokenizer adds nothing, neither before nor behind it, as in `apply_chat_template`: the
  /// beginning-of-sequence token is there when the template writes it.
  ///
  /// - Parameter text: A text that a template wrote.
  /// - Returns: The tokens with the bytes that they stand for.
  /// - Throws: `unusableTokenizer` where a pattern of it takes too much time or memory.
  public func tokens(ofRendered text: String) throws(ConversationError) -> [Token] {
    do throws(TokenizerError) {
      return try tokenizer.encode(text, addSpecialTokens: false)
    } catch {
      throw ConversationError(.unusableTokenizer(path: model, error))
    }
  }

  /// Encodes a conversation with its answer.
  ///
  /// The answer is the content of the last assistant turn and the end-of-turn token that the
  /// template puts after it. The conversation is rendered and tokenised whole, a token carries loss
  /// when any of its characters belongs to the answer, and the sequence ends at the last such token.
  ///
  /// - Parameters:
  ///   - messages: The conversation.
  ///   - tools: What the model may call, a list of JSON schemas.
  /// - Returns: The tokens, and which of them carry loss.
  /// - Throws: `noTemplate`, `malformedTools`, `noAnswer`, `emptyAnswer`, `answerNotFound`, or what
  ///   the template throws.
  public func encode(
    _ messages: [JSONValue], tools: JSONValue? = nil
  ) throws(ConversationError) -> EncodedConversation {
    let (text, tokens, answer) = try locateAnswer(in: messages, tools)
    let mask = TokenCoverage(tokens).mask(of: answer)
    guard let last = mask.lastIndex(of: true), let end = answer.last?.upperBound else {
      throw ConversationError(.emptyAnswer)
    }
    return EncodedConversation(
      text: String(decoding: text.utf8.prefix(end), as: UTF8.self),
      tokens: tokens[...last].map(\.id), answerMask: Array(mask[...last]))
  }

  /// Encodes a conversation to its very end; without an assistant turn no token carries loss.
  ///
  /// - Parameters:
  ///   - messages: The conversation.
  ///   - tools: What the model may call, a list of JSON schemas.
  ///   - addGenerationPrompt: Whether to end with the start of an assistant turn.
  /// - Returns: The tokens, and which of them belong to the last answer.
  /// - Throws: `noTemplate`, `malformedTools`, or what the template throws.
  public func encodeWhole(
    _ messages: [JSONValue], tools: JSONValue? = nil, addGenerationPrompt: Bool = false
  ) throws(ConversationError) -> EncodedConversation {
    let text = try render(messages, tools: tools, addGenerationPrompt: addGenerationPrompt)
    let tokens = try tokens(ofRendered: text).map(\.id)
    var mask = [Bool](repeating: false, count: tokens.count)
    if let encoded = try? encode(messages, tools: tools), tokens.starts(with: encoded.tokens) {
      mask.replaceSubrange(..<encoded.answerMask.count, with: encoded.answerMask)
    }
    return EncodedConversation(text: text, tokens: tokens, answerMask: mask)
  }

  /// Encodes a conversation for the model to go on with: it ends with the start of an answer.
  ///
  /// - Parameters:
  ///   - messages: The conversation.
  ///   - tools: What the model may call, a list of JSON schemas.
  /// - Returns: The ids.
  /// - Throws: `noTemplate`, `malformedTools`, or what the template throws.
  public func encodePrompt(
    _ messages: [JSONValue], tools: JSONValue? = nil
  ) throws(ConversationError) -> [TokenID] {
    try tokens(ofRendered: try render(messages, tools: tools, addGenerationPrompt: true)).map(\.id)
  }

  /// The ids that end a generated answer: the model's own, and the template's end of a turn.
  public var stopTokens: Set<TokenID> {
    let sample: [JSONValue] = [
      ["role": "user", "content": "Hello"], ["role": "assistant", "content": "Hello"],
    ]
    guard let (_, tokens, answer) = try? locateAnswer(in: sample), answer.count == 2,
      let end = tokens.first(where: { $0.utf8Range.overlaps(answer[1]) }),
      tokenizer.isAdded(end.id)
    else { return endTokens }
    return endTokens.union([end.id])
  }

  // MARK: The answer

  /// Renders a conversation and finds the bytes of the answer: its content, then its end-of-turn
  /// token where there is one.
  private func locateAnswer(
    in messages: [JSONValue], _ tools: JSONValue? = nil
  ) throws(ConversationError) -> (text: String, tokens: [Token], answer: [Range<Int>]) {
    _ = try requiredTemplate(forTools: tools != nil)
    let finder = try AnswerFinder(messages) { (messages) throws(ConversationError) in
      try render(messages, tools: tools)
    }
    let text = try render(messages, tools: tools)
    let content = try finder.range(in: text)
    let tokens = try tokens(ofRendered: text)
    let ending = (try? finder.ending()) ?? Array(text.utf8.dropFirst(content.upperBound))
    let end = endOfTurn(in: Array(text.utf8), after: content.upperBound, ending, tokens)
    return (text, tokens, [content] + [end].compactMap { $0 })
  }

  /// The added token, or the end-of-sequence text, that follows an answer with nothing but white
  /// space between.
  ///
  /// - Parameters:
  ///   - text: The rendered conversation.
  ///   - start: Where the answer's content ends.
  ///   - ending: What the template puts after the answer when no turn follows, so that the start
  ///     of a next turn is not taken for the end of this one.
  ///   - tokens: The tokens of the text.
  /// - Returns: Its bytes.
  private func endOfTurn(
    in text: [UInt8], after start: Int, _ ending: [UInt8], _ tokens: [Token]
  ) -> Range<Int>? {
    let space: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
    let begin = start + ending.prefix { space.contains($0) }.count
    var range: Range<Int>?
    if let token = tokens.first(where: { $0.utf8Range.upperBound > begin }),
      tokenizer.isAdded(token.id), (start...begin).contains(token.utf8Range.lowerBound)
    {
      range = token.utf8Range
    } else if let eos = specialTokens["eos_token"], !eos.isEmpty,
      text.dropFirst(begin).starts(with: eos.utf8)
    {
      range = begin..<(begin + eos.utf8.count)
    }
    guard let range, ending.starts(with: text[start..<range.upperBound]) else { return nil }
    return range
  }
}
