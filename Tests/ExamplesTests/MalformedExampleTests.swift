import ChatTemplates
import Examples
import Failures
import OrderedJSON
import Testing

/// One malformed file for each cause.
struct MalformedExampleTests {
  /// A good first line, so that the line number says something.
  private static let good = #"{"input_ids": [1, 2], "labels": [-100, 2]}"# + "\n"

  private func failure(_ line: String) throws -> ExampleError? {
    try failure(bytes: Array((Self.good + line).utf8))
  }

  private func failure(bytes: [UInt8]) throws -> ExampleError? {
    let file = try TemporaryFile(bytes: bytes)
    return #expect(throws: ExampleError.self) {
      try ExampleFile.read(file.path, encoder: nil, vocabularySize: 8, contextLength: 4)
    }
  }

  @Test(arguments: [
    (
      "[1]", ExampleError.Cause.wrongType(key: "the line", expected: "an object", found: "an array")
    ),
    ("{", .notJSON(JSONError(.unexpectedEnd, at: 1))),
    (
      #"{"id": [1], "prompt": "q", "response": "r"}"#,
      .wrongType(key: "id", expected: "a string", found: "an array")
    ),
    (
      #"{"prompt": "q"}"#,
      .unknownKeys(
        found: ["prompt"],
        expected: "messages, conversations, prompt and response or completion, instruction and "
          + "output, or input_ids and labels")
    ),
    (
      #"{"prompt": 1, "response": "r"}"#,
      .wrongType(key: "prompt", expected: "a string", found: "a number")
    ),
    (#"{"messages": {}}"#, .wrongType(key: "messages", expected: "an array", found: "an object")),
    (#"{"messages": []}"#, .emptyPrompt),
    (
      #"{"messages": ["hi"]}"#,
      .wrongType(key: "messages[0]", expected: "an object", found: "a string")
    ),
    (
      #"{"messages": [{"content": "x"}]}"#,
      .wrongType(key: "messages[0].role", expected: "a string", found: "null")
    ),
    (
      #"{"messages": [{"role": "user", "content": 1}]}"#,
      .wrongType(key: "messages[0].content", expected: "a string or a list", found: "a number")
    ),
    (
      #"{"messages": [{"role": "user"}]}"#,
      .wrongType(key: "messages[0].content", expected: "a string or a list", found: "null")
    ),
    (#"{"prompt": "q", "response": "r"}"#, .needsTokenizer),
    (
      #"{"input_ids": 5, "labels": []}"#,
      .wrongType(key: "input_ids", expected: "an array", found: "a number")
    ),
    (
      #"{"input_ids": [1.5], "labels": [1]}"#,
      .wrongType(key: "input_ids[0]", expected: "an integer", found: "a number")
    ),
    (#"{"input_ids": [1, 2], "labels": [1]}"#, .labelCount(labels: 1, tokens: 2)),
    (
      #"{"input_ids": [1, 8], "labels": [-100, 1]}"#,
      .tokenOutOfRange(key: "input_ids", index: 1, value: 8, vocabularySize: 8)
    ),
    (
      #"{"input_ids": [1, -1], "labels": [-100, 1]}"#,
      .tokenOutOfRange(key: "input_ids", index: 1, value: -1, vocabularySize: 8)
    ),
    (
      #"{"input_ids": [1, 2], "labels": [-100, -99]}"#,
      .tokenOutOfRange(key: "labels", index: 1, value: -99, vocabularySize: 8)
    ),
    (#"{"input_ids": [1, 2], "labels": [-100, -100]}"#, .emptyAnswer),
    (#"{"input_ids": [1, 2], "labels": [1, -100]}"#, .emptyAnswer),
    (#"{"input_ids": [], "labels": []}"#, .emptyAnswer),
    (#"{"input_ids": [1, 2, 3, 4, 5], "labels": [1, 2, 3, 4, 5]}"#, .tooLong(tokens: 5, limit: 4)),
  ])
  func `names the line and the cause`(line: String, cause: ExampleError.Cause) throws {
    let error = try #require(try failure(line))
    #expect(error.cause == cause)
    #expect(error.line == 2)
    #expect(error.kind == .badData)
    #expect(error.description.hasPrefix(error.path + ":2: "))
  }

  @Test func `refuses bytes that are not UTF-8`() throws {
    let error = try failure(bytes: Array(#"{"prompt": ""#.utf8) + [0xff] + Array(#""}"#.utf8))
    #expect(error?.cause == .notJSON(JSONError(.invalidUTF8, at: 12)))
  }

  @Test func `refuses an empty file`() throws {
    #expect(try failure(bytes: Array(" \n\n".utf8))?.cause == .empty)
    #expect(try failure(bytes: [])?.cause == .empty)
  }

  @Test func `refuses a line without end`() throws {
    let limit = 1 << 26
    let error = try failure(bytes: [UInt8](repeating: 0x20, count: limit + 1))
    #expect(error?.cause == .lineTooLong(limit: limit))
  }

  @Test func `says that a file is missing`() throws {
    let error = #expect(throws: ExampleError.self) {
      try ExampleFile.read(
        "/nowhere/at-all.jsonl", encoder: nil, vocabularySize: 8, contextLength: 4)
    }
    #expect(error?.kind == .inputMissing)
    #expect(error?.description == "/nowhere/at-all.jsonl: cannot open: No such file or directory")
  }

  @Test func `fails to read a folder`() throws {
    let error = #expect(throws: ExampleError.self) {
      try ExampleFile.read("/", encoder: nil, vocabularySize: 8, contextLength: 4)
    }
    #expect(error?.kind == .inputOutput)
  }
}
