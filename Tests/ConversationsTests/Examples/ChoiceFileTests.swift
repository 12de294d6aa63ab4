import Conversations
import OrderedJSON
import TestSupport
import Testing

@Suite struct ChoiceFileTests {
  private static func read(_ text: String) throws -> [ChoiceQuestion] {
    let folder = try TemporaryFolder()
    return try ChoiceFile.read(try folder.write(text, to: "c.jsonl")).questions
  }

  private static func line(_ answer: String, _ choices: String = #"["red", "green", "blue"]"#)
    -> String
  { #"{"question": "Which?", "choices": \#(choices), "answer": \#(answer)}"# }

  @Test(arguments: [
    ("1", 1), (#""B""#, 1), (#""b""#, 1), (#""green""#, 1), (#""C""#, 2), (#""red""#, 0),
  ])
  func answersArePlacesLettersAndTexts(_ answer: String, _ place: Int) throws {
    #expect(try Self.read(Self.line(answer)).map(\.answer) == [place])
  }

  @Test func aFileIsLinesOrOneArray() throws {
    let own =
      #"{"id": "x", "question": "Which?", "choices": ["1", "2"], "answer": 0, "subject": "s"}"#
    #expect(try Self.read(Self.line("0") + "\n\n" + own + "\n").map(\.id) == ["0", "x"])
    #expect(try Self.read("[\n\(own),\n\(own)\n]").map(\.question) == ["Which?", "Which?"])
    // A letter that is also the text of the same choice.
    #expect(try Self.read(Self.line(#""A""#, #"["A", "B"]"#)).map(\.answer) == [0])
    // A number in quotes is a text.
    #expect(try Self.read(Self.line(#""2""#, #"["1", "2"]"#)).map(\.answer) == [1])
  }

  @Test(arguments: [
    ("3", "answer is 3, neither"), ("-1", "answer is -1, neither"),
    (#""yellow""#, "answer is 'yellow', neither"), (#""D""#, "answer is 'D', neither"),
    (#""1""#, "answer is '1', neither"), ("1.5", "answer should be a place or a text"),
    ("true", "answer should be a place or a text"),
  ])
  func otherAnswersAreRefusedByName(_ answer: String, _ message: String) throws {
    let error = #expect(throws: ExampleError.self) { try Self.read(Self.line(answer)) }
    #expect(error?.description.contains(":1: " + message) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: [
    (line(#""B""#, #"["B", "A"]"#), "answer is 'B', which names several choices"),
    (line(#""x""#, #"["x", "x"]"#), "answer is 'x', which names several choices"),
    (line("0", #"["x"]"#), "choices has 1, at least 2 are needed"),
    (line("0", #"["x", ""]"#), "choices[1] is empty"),
    (line("0", #"["x", 2]"#), "choices[1] should be a string"),
    (line("0", #"{"text": ["x", "y"]}"#), "choices should be an array"),
    (#"{"question": " ", "choices": ["a", "b"], "answer": 0}"#, "question is empty"),
    (#"{"question": "q", "choices": ["a", "b"]}"#, "expected question, choices and answer"),
    (
      #"{"context": "c", "question": "q", "choices": ["a", "b"], "answer": 0}"#,
      "context is not supported"
    ),
    ("7", "the line should be an object"),
  ])
  func otherQuestionsAreRefusedByName(_ text: String, _ message: String) throws {
    let error = #expect(throws: ExampleError.self) { try Self.read(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.kind.rawValue == 65)
  }

  @Test func ourOwnQuestionsCanBeRead() throws {
    let path = Fixtures.path("../../experiments/data/choices.jsonl")
    let (questions, notes) = try ChoiceFile.read(path)
    #expect(questions.count == 100 && notes.isEmpty)
    // No place is right much more often than the others.
    let places = (0..<4).map { place in questions.count { $0.answer == place } }
    #expect(places.allSatisfy { (15...35).contains($0) }, "\(places)")
  }
}
