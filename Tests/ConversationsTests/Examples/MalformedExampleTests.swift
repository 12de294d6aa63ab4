import Conversations
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

  @Test(arguments: [
    (
      #"{"input_ids": [1, 2, 3], "attention_mask": [1, 0, 1], "labels": [-100, 2, 3]}"#,
      "attention_mask[1] is not supported: it is 0 between tokens that are read"
    ),
    (
      #"{"input_ids": [1, 2], "attention_mask": [1], "labels": [-100, 2]}"#,
      "attention_mask has 1 elements for 2 input_ids"
    ),
    (
      #"{"input_ids": [1, 2], "attention_mask": [1, 2], "labels": [-100, 2]}"#,
      "attention_mask[1] is 2, not 0 or 1"
    ),
    (
      #"{"input_ids": [1, 2], "attention_mask": [0, 1], "labels": [1, 2]}"#,
      "labels[0] is not supported: attention_mask is 0 there"
    ),
    (
      #"{"input_ids": [1, 2], "attention_mask": [0, 0], "labels": [-100, -100]}"#,
      "no token carries loss"
    ),
    (
      #"{"input_ids": [1, 2], "position_ids": [0, 2], "labels": [-100, 2]}"#,
      "position_ids[1] is not supported: it is 2, and positions count from 0"
    ),
    (
      #"{"input_ids": [1, 2], "position_ids": [0], "labels": [-100, 2]}"#,
      "position_ids has 1 elements for 2 input_ids"
    ),
    (
      #"{"input_ids": [1, 2], "token_type_ids": [0, 1], "labels": [-100, 2]}"#,
      "token_type_ids[1] is not supported: the model knows no token types"
    ),
    (
      #"{"input_ids": [1, 2], "labels": [-100, 2], "loss_mask": [0]}"#,
      "loss_mask has 1 elements for 2 input_ids"
    ),
    (
      #"{"prompt": "q", "response": "r", "loss_mask": [1]}"#,
      "loss_mask is not supported: is about input_ids"
    ),
    (
      #"{"conversations": [{"from": "observation", "value": "q"}]}"#,
      "conversations[0].from is 'observation', not one of assistant, bot, chatgpt, developer, gpt, "
        + "human, model, system, tool, user"
    ),
    (
      #"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#,
      "messages[0].content[0] is not supported: a part of type image_url is no text"
    ),
    (
      #"{"messages": [{"role": "user", "content": [{"type": "text"}]}]}"#,
      "messages[0].content[0].text should be a string, not null"
    ),
    (
      #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": null, "refusal": "no"}]}"#,
      "messages[1].refusal is not supported: no chat template shows it"
    ),
    (
      #"{"messages": [{"role": "assistant", "content": "r", "weight": 0}]}"#,
      "messages[0].weight is not supported: the last assistant turn carries loss, and no other"
    ),
    (
      #"{"messages": [{"role": "user", "content": "r", "train": true}, {"role": "assistant", "content": "r"}]}"#,
      "messages[0].train is not supported: the last assistant turn carries loss, and no other"
    ),
    (
      #"{"prompt": "q", "chosen": "a", "rejected": "b"}"#,
      "chosen is not supported: a pair of preferences has no single answer"
    ),
    (
      #"{"prompt": "q", "completion": "a", "label": true}"#,
      "label is not supported: a judged answer is none to be learnt"
    ),
    (
      #"{"prompt": "q", "response": "a", "images": ["x.png"]}"#,
      "images is not supported: only text can be read"
    ),
    (
      #"{"messages": [{"role": "user", "content": "r"}], "functions": [{}]}"#,
      "functions is not supported: functions are given as tools"
    ),
    (
      #"{"segments": [{"label": true, "text": "x"}]}"#,
      "segments is not supported: a list of texts with and without loss is not a conversation"
    ),
    (
      #"{"prompt": "q", "response": "r", "weight": 0.5}"#,
      "weight is not supported: examples are not weighted"
    ),
    (
      #"{"prompt": "q", "response": "r", "train_on_input": true}"#,
      "train_on_input is not supported: only the last answer carries loss"
    ),
    (
      #"{"messages": [{"role": "user", "content": "q"}], "chat_template_kwargs": {"a": 1}}"#,
      "chat_template_kwargs is not supported: the template and its variables are the model's"
    ),
    (
      #"{"prompt": "q", "response": "r", "history": [["a"]]}"#,
      "history[0] should be a question and its answer, not an array"
    ),
    (
      #"{"messages": [{"role": "user", "content": "q"}], "history": [["a", "b"]]}"#,
      "history is not supported: goes with a prompt or an instruction"
    ),
    (
      #"{"messages": [{"role": "system", "content": "q"}], "system": "s"}"#,
      "system is not supported: the conversation has a system turn already"
    ),
    (
      #"{"prompt": "q", "response": "r", "tools": {"a": 1}}"#,
      "tools should be a list, not an object"
    ),
    (
      "{\n\"prompt\": \"q\",\n\"response\": \"r\"\n}",
      "the JSON goes on in the next line; one object a line is expected, or one array of objects"
    ),
  ])
  func `refuses by name`(line: String, reason: String) throws {
    let error = try #require(try failure(line))
    #expect(error.description == "\(error.path):2: \(reason)")
    #expect(error.kind == .badData)
  }

  @Test func `names the element of an array`() throws {
    let error = try failure(bytes: Array(#"[{"input_ids": [1, 2], "labels": [-100, 2]}, 5]"#.utf8))
    #expect(
      error?.description.hasSuffix("[1]: the element should be an object, not a number") == true)
    #expect(try failure(bytes: Array("[1, 2".utf8))?.line == 1)
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
    #expect(error?.kind == .inputMissing)
    #expect(error?.description == "/: cannot open: is a folder, not a file")
  }
}
