import Jinja
import OrderedJSON

/// Finds what a template made of the last assistant turn.
///
/// The conversation is rendered once more with a mark in place of the answer. What stands before
/// and after the mark must also stand at the ends of the conversation as it is; the answer is in
/// between, trimmed or changed as the template likes. A second mark tells whether the template
/// writes the rest the same whatever the answer says. A template that takes the answer apart, such
/// as one that moves its reasoning, is followed as long as the answer itself ends up whole.
struct AnswerFinder {
  private static let marks = ["Qx7fA1zkW", "Jm2vD9prU"]

  let messages: [JSONValue]
  /// The position of the last assistant turn.
  let turn: Int
  /// Renders a conversation.
  let render: ([JSONValue]) throws(ConversationError) -> String

  /// Looks for the last assistant turn.
  ///
  /// - Parameters:
  ///   - messages: The conversation.
  ///   - render: Renders a conversation.
  /// - Throws: `noAnswer` where there is none or it has no text, `emptyAnswer` where it is empty.
  init(
    _ messages: [JSONValue],
    render: @escaping ([JSONValue]) throws(ConversationError) -> String
  ) throws(ConversationError) {
    guard let turn = messages.lastIndex(where: { $0["role"]?.stringValue == "assistant" }) else {
      throw ConversationError(.noAnswer("the conversation has no assistant turn"))
    }
    self.messages = messages
    self.turn = turn
    self.render = render
    guard let content = messages[turn]["content"] else {
      throw ConversationError(.noAnswer("the last assistant turn has no content"))
    }
    guard let texts = Self.texts(of: content) else {
      throw ConversationError(
        .noAnswer("the content of the last assistant turn is \(content.kind)"))
    }
    guard !texts.allSatisfy(\.isEmpty) else { throw ConversationError(.emptyAnswer) }
  }

  /// The bytes of the answer in the rendered conversation.
  ///
  /// - Parameter text: The rendered conversation.
  /// - Returns: The range of its UTF-8 bytes.
  /// - Throws: `answerNotFound` or `emptyAnswer`.
  func range(in text: String) throws(ConversationError) -> Range<Int> {
    let text = Array(text.utf8)
    let around = try surroundings(of: Self.marks[0], avoiding: text)
    let again = try surroundings(of: Self.marks[1], avoiding: text)
    guard around.after == again.after else {
      throw ConversationError(.answerNotFound("what follows it depends on what it says"))
    }
    let end = text.count - around.after.count
    guard text.reversed().starts(with: around.after.reversed()) else {
      throw ConversationError(.answerNotFound("what follows it depends on what it says"))
    }
    if around.before == again.before, around.before.count <= end,
      text.starts(with: around.before)
    {
      guard around.before.count < end else { throw ConversationError(.emptyAnswer) }
      return around.before.count..<end
    }
    for answer in verbatimAnswers where text[..<end].reversed().starts(with: answer.reversed()) {
      return (end - answer.count)..<end
    }
    throw ConversationError(.answerNotFound("the template takes it apart"))
  }

  /// What the template puts after the answer when the conversation ends with it.
  func ending() throws(ConversationError) -> [UInt8] {
    let closed = AnswerFinder(messages: Array(messages[...turn]), turn: turn, render: render)
    return try closed.surroundings(of: Self.marks[0], avoiding: []).after
  }

  private init(
    messages: [JSONValue], turn: Int,
    render: @escaping ([JSONValue]) throws(ConversationError) -> String
  ) {
    self.messages = messages
    self.turn = turn
    self.render = render
  }

  // MARK: Marks

  private func surroundings(
    of mark: String, avoiding text: [UInt8]
  ) throws(ConversationError) -> (before: [UInt8], after: [UInt8]) {
    var mark = mark
    while TextSearch.find(Array(mark.utf8), in: text) != nil { mark += "0" }
    let (first, last) = (Array((mark + "a").utf8), Array((mark + "z").utf8))
    let marked = try renderMarked(mark)
    let starts = TextSearch.all(first, in: marked)
    let ends = TextSearch.all(last, in: marked)
    guard starts.count == 1, ends.count == 1, starts[0] < ends[0] else {
      throw ConversationError(
        .answerNotFound("the template writes it \(max(starts.count, ends.count)) times"))
    }
    return (Array(marked[..<starts[0]]), Array(marked[(ends[0] + last.count)...]))
  }

  private func renderMarked(_ mark: String) throws(ConversationError) -> [UInt8] {
    var messages = messages
    guard var message = messages[turn].objectValue, let content = message["content"] else {
      return []
    }
    message["content"] = Self.marked(content, mark)
    messages[turn] = .object(message)
    do throws(ConversationError) {
      return Array(try render(messages).utf8)
    } catch {
      throw ConversationError(.answerNotFound("with another one, \(error)"))
    }
  }

  /// The content with a text that begins and ends with the marks.
  private static func marked(_ content: JSONValue, _ mark: String) -> JSONValue {
    guard let blocks = content.arrayValue else { return .string(mark + "a " + mark + "z") }
    let texts = blocks.indices.filter { blocks[$0]["text"]?.stringValue != nil }
    return .array(
      blocks.indices.map { index in
        var text = index == texts.first ? mark + "a " : ""
        if index == texts.last { text += mark + "z" }
        guard !text.isEmpty, var block = blocks[index].objectValue else { return blocks[index] }
        block["text"] = .string(text)
        return .object(block)
      })
  }

  /// The texts of a content: a string, or a list of blocks.
  private static func texts(of content: JSONValue) -> [String]? {
    if let text = content.stringValue { return [text] }
    let texts = content.arrayValue?.compactMap { $0["text"]?.stringValue }
    return texts?.isEmpty ?? true ? nil : texts
  }

  /// The answer as it was given, and without white space around it.
  private var verbatimAnswers: [[UInt8]] {
    guard let text = messages[turn]["content"]?.stringValue else { return [] }
    let variants = [text, text.stripped(of: nil, atStart: false), text.stripped(of: nil)]
    return variants.filter { !$0.isEmpty }.map { Array($0.utf8) }
  }
}
