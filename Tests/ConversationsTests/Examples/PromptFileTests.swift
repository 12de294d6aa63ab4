import Conversations
import OrderedJSON
import Testing

struct PromptFileTests {
  private func prompts(_ text: String, _ suffix: String) throws -> [Prompt] {
    let file = try TemporaryFile(text, suffix: suffix)
    return try PromptFile.read(file.path).prompts
  }

  private func failure(_ text: String, _ suffix: String) throws -> ExampleError? {
    let file = try TemporaryFile(text, suffix: suffix)
    return #expect(throws: ExampleError.self) { try PromptFile.read(file.path) }
  }

  private func text(_ prompt: Prompt) -> String? { prompt.messages.last?["content"]?.stringValue }

  @Test func `reads JSON lines`() throws {
    let prompts = try prompts(
      """
      {"prompt": "one"}

      {"goal": "two", "id": "g"}
      {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "three"}]}
      """, ".jsonl")
    #expect(prompts.map(\.id) == ["0", "g", "3"])
    #expect(prompts.map(text) == ["one", "two", "three"])
    #expect(prompts[2].messages.count == 2)
  }

  @Test func `reads text`() throws {
    let prompts = try prompts("\u{feff}one\r\n\r\n  two\n", ".txt")
    #expect(prompts.map(\.id) == ["0", "2"])
    #expect(prompts.map(text) == ["one", "  two"])
  }

  /// Written by Python's csv module.
  @Test func `reads CSV`() throws {
    let prompts = try prompts(
      "\u{feff}goal,target\r\n\"one, \"\"quoted\"\"\",x\r\n\"two\r\nlines\",\r\nthree \"bare\",z\r\n\r\n\"\u{1f44b}\",\"\"\r\n",
      ".csv")
    #expect(prompts.map(\.id) == ["0", "1", "2", "3"])
    #expect(prompts.map(text) == ["one, \"quoted\"", "two\nlines", "three \"bare\"", "\u{1f44b}"])
  }

  @Test func `takes the first known column and the ids`() throws {
    let prompts = try prompts("id,instruction,prompt\na,i,p\n", ".CSV")
    #expect(prompts.map(\.id) == ["a"])
    #expect(prompts.map(text) == ["p"])
  }

  /// The headers of public sets, with a made-up row each.
  @Test(arguments: [
    ("goal,target\nq,t\n", "q", "0"),
    ("Index,Goal,Target,Behavior,Category,Source\n7,q,t,b,c,s\n", "q", "7"),
    (
      "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nq,f,s,,,b1\n",
      "q", "b1"
    ),
    (
      "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nq,f,s,,\"c\r\nd\",b1\n",
      "c\nd\n\n---\n\nq", "b1"
    ),
    ("category,source,forbidden_prompt\nc,s,q\n", "q", "0"),
    ("id,prompt,type,label,focus,note\nv2-1,q,t,l,f,n\n", "q", "v2-1"),
    ("id,risk_area,types_of_harm,specific_harms,question\n3,r,t,s,q\n", "q", "3"),
    ("Instruction,Input\nq,i\n", "q\n\ni", "0"), ("\u{feff}PROMPT\r\nq\r\n", "q", "0"),
    ("id,prompt\n,q\n", "q", "0"),
  ])
  func `finds the prompts of public sets`(text: String, expected: String, id: String) throws {
    let prompts = try prompts(text, ".csv")
    #expect(prompts.map(self.text) == [expected])
    #expect(prompts.map(\.id) == [id])
  }

  @Test func `takes the column that is asked for`() throws {
    let file = try TemporaryFile("goal,Variant\nx,q\n", suffix: ".csv")
    #expect(
      try PromptFile.read(file.path, columns: .init(prompt: "variant")).prompts.map(text) == ["q"])
    let error = #expect(throws: ExampleError.self) {
      try PromptFile.read(file.path, columns: .init(prompt: "nope"))
    }
    #expect(
      error?.description
        == "\(file.path):1: no column or member is named nope (found goal, Variant); --prompt-column takes "
        + "the name of another")
  }

  @Test func `reads JSON by the same names, and arrays`() throws {
    let lines =
      #"{"Question": "one", "id": 4}"# + "\n" + #"{"forbidden_prompt": "two"}"# + "\n"
      + #"{"conversations": [{"from": "human", "value": "three"}]}"# + "\n"
      + #"{"prompt": [{"role": "user", "content": "four"}], "system": null}"#
    #expect(try prompts(lines, ".jsonl").map(text) == ["one", "two", "three", "four"])
    #expect(try prompts(#"["one", {"goal": "two"}]"#, ".json").map(text) == ["one", "two"])
    #expect(try prompts("[\n\"one\",\n\"two\"\n]", ".json").map(\.id) == ["0", "1"])
    let system = try prompts(#"{"prompt": "one", "system": "s"}"#, ".jsonl")
    #expect(system[0].messages.map { $0["role"]?.stringValue } == ["system", "user"])
  }

  @Test func `notes other columns, and ids that repeat`() throws {
    let file = try TemporaryFile("id,goal,question\na,x,y\na,x,y\n", suffix: ".csv")
    #expect(
      try PromptFile.read(file.path).notes == [
        "\(file.path): the prompts are read from 'goal'; there is also 'question'",
        "\(file.path): ids that occur more than once: a",
      ])
  }

  @Test(
    arguments: [
      ("x", ".xml", ExampleError.Cause.unknownFormat, nil),
      ("\n\n", ".txt", .empty, nil),
      ("prompt\n", ".csv", .empty, nil),
      (
        "query\nx\n", ".csv",
        .noPromptColumn(
          found: ["query"],
          wanted: "prompt, goal, instruction, question, forbidden_prompt, behavior"), 1
      ),
      ("prompt,b\nx\n", ".csv", .fieldCount(found: 1, expected: 2), 2),
      ("prompt\nx,y\n", ".csv", .fieldCount(found: 2, expected: 1), 2),
      ("prompt\n\"x\n\ny", ".csv", .malformedQuote, 2),
      ("prompt\n\"x\"y\n", ".csv", .malformedQuote, 2),
      ("prompt,b\n,y\n", ".csv", .emptyPrompt, 2),
      ("{\"prompt\": \"\"}", ".jsonl", .emptyPrompt, 1),
      (
        "{\"text\": \"\"}", ".jsonl",
        .noPromptColumn(
          found: ["text"],
          wanted: "messages, conversations, prompt, goal, instruction, question, "
            + "forbidden_prompt, behavior"), 1
      ),
      (
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\"}]}", ".jsonl",
        .answeredPrompt, 1
      ),
    ] as [(String, String, ExampleError.Cause, Int?)])
  func `names the line and the cause`(
    text: String, suffix: String, cause: ExampleError.Cause, line: Int?
  ) throws {
    let error = try failure(text, suffix)
    #expect(error?.cause == cause)
    #expect(error?.line == line)
  }

  @Test(arguments: [".txt", ".csv"])
  func `refuses bytes that are not UTF-8`(suffix: String) throws {
    let file = try TemporaryFile(bytes: Array("prompt\n".utf8) + [0xc3, 0x28], suffix: suffix)
    let error = #expect(throws: ExampleError.self) { try PromptFile.read(file.path) }
    #expect(error?.cause == .invalidUTF8)
    #expect(error?.line == 2)
  }
}
