import Conversations
import OrderedJSON
import TestSupport
import Testing
import Tokens

/// What each form of a line means.
struct ExampleFileTests {
  private func records(_ text: String) throws -> [ExampleRecord] {
    let written = try TemporaryFile(text)
    var file = try ExampleFile(path: written.path)
    var records: [ExampleRecord] = []
    while let record = try file.next() { records.append(record) }
    return records
  }

  private func messages(_ record: ExampleRecord) -> String? {
    guard case .messages(let messages, _) = record.content else { return nil }
    return JSONValue.array(messages).text()
  }

  @Test func `reads every form`() throws {
    let records = try records(
      """
      {"id": "a", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "r"}]}
      {"prompt": "q", "response": "r"}
      {"instruction": "do", "input": "", "output": "r"}
      {"instruction": "do", "input": "this", "output": "r"}
      {"instruction": "do", "input": null, "output": "r"}
      {"instruction": "do", "output": "r", "id": 17}
      {"input_ids": [1, 2], "labels": [-100, 2]}
      """)
    #expect(records.map(\.id) == ["a", "1", "2", "3", "4", "17", "6"])
    #expect(records.map(\.line) == [1, 2, 3, 4, 5, 6, 7])
    func turns(_ question: String) -> String {
      #"[{"role":"user","content":"\#(question)"},{"role":"assistant","content":"r"}]"#
    }
    #expect(
      records.map(messages) == [
        turns("q"), turns("q"), turns("do"), turns(#"do\n\nthis"#), turns("do"), turns("do"), nil,
      ])
    guard case .tokens(let tokens, let labels) = records[6].content else {
      Issue.record("not tokens")
      return
    }
    #expect(tokens == [1, 2] && labels == [-100, 2])
  }

  @Test func `counts blank lines and passes over them`() throws {
    let line = #"{"prompt": "q", "response": "r"}"#
    let records = try records("\u{feff}\(line)\r\n\r\n \t\r\n\(line)\r\n\n\(line)")
    #expect(records.map(\.id) == ["0", "3", "5"])
  }

  @Test func `reads lines longer than a block`() throws {
    let long = String(repeating: "é", count: 100_000)
    let records = try records(
      #"{"prompt": "\#(long)", "response": "r"}"# + "\n" + #"{"prompt": "q", "response": "r"}"#)
    #expect(records.count == 2)
    #expect(messages(records[0])?.contains(long) ?? false)
  }

  @Test func `gives tokens with their mask and targets`() throws {
    let file = try TemporaryFile(
      #"{"input_ids": [5, 1, 2, 3], "labels": [5, -100, 2, 7]}"#)
    let examples = try ExampleFile.read(
      file.path, encoder: nil, vocabularySize: 8, contextLength: 4)
    // The first token cannot be predicted, so its label is not used.
    #expect(
      examples == [
        Example(
          id: "0", tokens: [5, 1, 2, 3], answerMask: [false, false, true, true],
          targets: [5, 1, 2, 7])
      ])
    #expect(examples[0].answerTokenCount == 2)
  }

  @Test(arguments: [
    #"{"input_ids": [7, 7, 5, 1, 2], "attention_mask": [0, 0, 1, 1, 1], "labels": [-100, -100, -100, 1, 2]}"#,
    #"{"input_ids": [5, 1, 2, 7], "attention_mask": [true, true, true, false], "labels": [-100, 1, 2, -100]}"#,
    #"{"input_ids": [7, 5, 1, 2], "attention_mask": [0, 1, 1, 1], "position_ids": [1, 0, 1, 2], "labels": [-100, -100, 1, 2]}"#,
    #"{"input_ids": [5, 1, 2], "labels": [5, 1, 2], "loss_mask": [0, 1, 1]}"#,
    #"{"input_ids": [5, 1, 2], "completion_mask": [0, 1, 1]}"#,
    #"{"input_ids": [5, 1, 2], "assistant_masks": [0, 1, 1], "token_type_ids": [0, 0, 0]}"#,
    #"{"input_ids": [5, 1, 2], "labels": [-100, 1, 2], "position_ids": null, "attention_mask": [1, 1, 1]}"#,
  ])
  func `drops padding and follows masks`(line: String) throws {
    let file = try TemporaryFile(line)
    let examples = try ExampleFile.read(
      file.path, encoder: nil, vocabularySize: 8, contextLength: 5)
    #expect(
      examples == [
        Example(id: "0", tokens: [5, 1, 2], answerMask: [false, true, true], targets: [5, 1, 2])
      ])
  }

  /// Forms of Axolotl, LLaMA-Factory, TRL and OpenAI that say the same.
  @Test(arguments: [
    #"{"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "r"}]}"#,
    #"{"conversations": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "r"}]}"#,
    #"{"messages": [{"from": "user", "value": "q"}, {"from": "assistant", "value": "r"}]}"#,
    #"[{"role": "user", "content": "q"}, {"role": "assistant", "content": "r"}]"#,
    #"[{"from": "human", "value": "q"}, {"from": "gpt", "value": "r"}]"#,
    #"[[{"role": "user", "content": "q"}, {"role": "assistant", "content": "r"}]]"#,
    #"[{"prompt": "q", "completion": "r"}]"#,
    "[\n  {\n    \"prompt\": \"q\",\n    \"response\": \"r\"\n  }\n]\n",
    #"{"instruction": "q", "input": "", "response": "r", "system": "", "history": []}"#,
    #"{"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "r"}]}"#,
    #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}, {"role": "assistant", "content": [{"type": "text", "text": ""}, {"type": "text", "text": "r"}]}], "tools": []}"#,
    #"{"prompt": "q", "response": "r", "tools": "[]", "chosen": null, "images": [], "weight": 1}"#,
  ])
  func `reads forms of other tools`(text: String) throws {
    let records = try records(text)
    #expect(
      records.map(messages)
        == [#"[{"role":"user","content":"q"},{"role":"assistant","content":"r"}]"#])
    #expect(records.map(\.id) == ["0"])
    #expect(records.flatMap(\.unusedKeys).isEmpty)
  }

  @Test func `reads system prompts and history`() throws {
    let before =
      #"[{"role":"system","content":"s"},{"role":"user","content":"a"},"#
      + #"{"role":"assistant","content":"b"},"#
    let after = #"{"role":"user","content":"q"},{"role":"assistant","content":"r"}]"#
    let records = try records(
      """
      {"instruction": "q", "output": "r", "system": "s", "history": [["a", "b"]]}
      {"prompt": "q", "response": "r", "system_prompt": "s", "history": [["a", "b"]]}
      {"system": "s", "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}, {"from": "human", "value": "q"}, {"from": "gpt", "value": "r"}]}
      """)
    #expect(records.map(messages) == [before + after, before + after, before + after])
  }

  @Test func `gives whole messages to the template`() throws {
    let line =
      #"{"messages": [{"role": "user", "content": "q", "name": "n"}, {"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f"}}], "reasoning_content": "t"}, {"role": "tool", "content": "1", "tool_call_id": "c"}, {"role": "assistant", "content": "r", "weight": 1, "mood": "good"}], "source": "x"}"#
    let record = try records(line)[0]
    let given = try #require(try JSONValue(parsing: Array(line.utf8))["messages"])
    #expect(messages(record) == given.text())
    #expect(record.unusedKeys == ["source", "messages[].mood"])
  }

  @Test func `notes members that are not used, and ids that repeat`() throws {
    let line = #"{"id": "a", "input_ids": [1, 2], "labels": [-100, 2], "length": 2}"#
    let file = try TemporaryFile(line + "\n" + line + "\n")
    var notes: [String] = []
    _ = try ExampleFile.read(
      file.path, encoder: nil, vocabularySize: 8, contextLength: 5, note: { notes.append($0) })
    #expect(
      notes == [
        "\(file.path): members not used: length",
        "\(file.path): ids that occur more than once: a",
      ])
  }

  @Test func `shows all bytes to the observer`() throws {
    let text = String(repeating: #"{"input_ids": [1, 2], "labels": [-100, 2]}"# + "\n", count: 3000)
    let file = try TemporaryFile(text)
    var seen: [UInt8] = []
    let examples = try ExampleFile.read(
      file.path, encoder: nil, vocabularySize: 8, contextLength: 4, limit: 1
    ) { seen += $0 }
    #expect(examples.count == 1)
    #expect(seen == Array(text.utf8))
  }

  @Test func `gives tools to templates that show them`() throws {
    let folder = Fixtures.path("tokenizers/bytes")
    let template = try TemporaryFile(
      "{% if tools %}{{ tools[0].name }}: {% endif %}{% for m in messages %}{{ m.content }}|{% endfor %}",
      suffix: ".jinja")
    let line = #""prompt": "What?", "response": "That.""#
    func tokens(_ tools: String, _ template: String) throws -> [Int32] {
      let encoder = try ConversationEncoder(folder: folder, chatTemplate: template)
      let file = try TemporaryFile("{\(line), \"tools\": \(tools)}")
      return try ExampleFile.read(
        file.path, encoder: encoder, vocabularySize: encoder.tokenizer.vocabularySize,
        contextLength: 200)[0].tokens
    }
    let list = #"[{"name": "f"}]"#
    let written = try tokens(list, template.path)
    #expect(written.count == (try tokens("null", template.path)).count + 3)
    #expect(try tokens(#""[{\"name\": \"f\"}]""#, template.path) == written)
    let error = #expect(throws: ExampleError.self) { _ = try tokens(list, "chatml") }
    #expect(
      error?.description.hasSuffix("tools is not supported: the chat template does not show them")
        == true)
  }

  @Test func `encodes conversations`() throws {
    let folder = Fixtures.path("tokenizers/bytes")
    let encoder = try ConversationEncoder(folder: folder, chatTemplate: "chatml")
    let file = try TemporaryFile(#"{"prompt": "What?", "response": "That."}"#)
    let example = try ExampleFile.read(
      file.path, encoder: encoder, vocabularySize: encoder.tokenizer.vocabularySize,
      contextLength: 100)[0]
    let answer = zip(example.tokens, example.answerMask).filter(\.1).map(\.0)
    #expect(encoder.tokenizer.decode(answer, skipSpecialTokens: false) == "That.<|im_end|>")
    #expect(example.answerMask.last == true)
  }
}
