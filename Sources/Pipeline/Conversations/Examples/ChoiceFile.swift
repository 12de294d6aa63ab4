import OrderedJSON

/// A question with answers to choose from, one of which is right.
public struct ChoiceQuestion: Sendable, Equatable {
  /// Its name; the line number, from 0, where the file gives none.
  public let id: String
  /// What is asked, word for word.
  public let question: String
  /// The answers, at least two.
  public let choices: [String]
  /// The place of the right one, from 0.
  public let answer: Int

  /// Creates a question.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - question: What is asked.
  ///   - choices: The answers.
  ///   - answer: The place of the right one.
  public init(id: String, question: String, choices: [String], answer: Int) {
    precondition(choices.indices.contains(answer), "the right answer is one of the choices")
    self.id = id
    self.question = question
    self.choices = choices
    self.answer = answer
  }
}

/// A file of questions with choices: JSON Lines of `{"question", "choices": [...], "answer"}`, or one array of
/// such objects.
///
/// `answer` is the place of the right choice, from 0; its letter (`"A"` is the first); or its text. Where letter
/// and text name different choices, or a text stands twice, it is refused.
public enum ChoiceFile {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  /// - Returns: The questions, at least one, and what the user should know of the file.
  /// - Throws: `ExampleError` with the line of what cannot be used.
  public static func read(
    _ path: String, observe: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(ExampleError) -> (questions: [ChoiceQuestion], notes: [String]) {
    var source = RecordSource(try LineReader(path: path, observe: observe))
    var questions: [ChoiceQuestion] = []
    while let (value, place) = try source.next() {
      questions.append(try RecordReader(value, path: path, place: place).choiceQuestion())
    }
    guard !questions.isEmpty else { throw ExampleError(.empty, path: path) }
    let repeated = RepeatedNames.note(questions.map(\.id)).map { "\(path): \($0)" }
    return (questions, repeated.map { [$0] } ?? [])
  }
}

extension RecordReader {
  /// Members that would put something before the question, or beside it.
  private static let unasked = [
    "context", "passage", "messages", "conversations", "system", "prompt", "instruction", "input",
    "documents", "tools", "images", "image",
  ]

  fileprivate func choiceQuestion() throws(ExampleError) -> ChoiceQuestion {
    for key in Self.unasked where has(key) {
      throw error(.unsupported(key: key, reason: "a question is asked as 'question' has it"))
    }
    guard has("question", "choices", "answer") else {
      throw error(.unknownKeys(found: object.keys, expected: "question, choices and answer"))
    }
    let question = try string("question")
    guard !question.allSatisfy(\.isWhitespace) else { throw error(.emptyText(key: "question")) }
    let choices = try texts("choices")
    return ChoiceQuestion(
      id: try id(), question: question, choices: choices, answer: try answer(among: choices))
  }

  private func texts(_ key: String) throws(ExampleError) -> [String] {
    let value = object[key] ?? .null
    guard let elements = value.arrayValue else { throw wrongType(key, "an array", value) }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = element.stringValue else {
        throw wrongType("\(key)[\(index)]", "a string", element)
      }
      guard !text.isEmpty else { throw error(.emptyText(key: "\(key)[\(index)]")) }
      texts.append(text)
    }
    guard texts.count > 1 else { throw error(.tooFewChoices(found: texts.count)) }
    return texts
  }

  private func answer(among choices: [String]) throws(ExampleError) -> Int {
    let value = object["answer"] ?? .null
    if case .integer(let index) = value {
      guard choices.indices.contains(index) else {
        throw error(.unknownAnswer(found: "\(index)", choices: choices.count))
      }
      return index
    }
    guard let text = value.stringValue else {
      throw wrongType("answer", "a place or a text", value)
    }
    // Canonically equivalent texts are different ones for a model.
    var named = Set(choices.indices.filter { choices[$0].utf8.elementsEqual(text.utf8) })
    if let letter = text.utf8.first, text.utf8.count == 1 {
      let place = Int(letter | 0x20) - Int(UInt8(ascii: "a"))
      if (0..<min(26, choices.count)).contains(place) { named.insert(place) }
    }
    guard let index = named.first else {
      throw error(.unknownAnswer(found: "'\(text)'", choices: choices.count))
    }
    guard named.count == 1 else { throw error(.ambiguousAnswer(found: text)) }
    return index
  }
}
