import Conversations
import OrderedJSON
import Testing

/// Files in the shapes in which sets of the field are published, with placeholders for their prompts.
struct PublishedPromptTests {
  private struct Expected {
    let ids: [String]
    let texts: [String]
    let categories: [String?]
  }

  private func expect(_ text: String, _ suffix: String, _ expected: Expected) throws {
    let file = try TemporaryFile(text, suffix: suffix)
    let prompts = try PromptFile.read(file.path).prompts
    #expect(prompts.map(\.id) == expected.ids)
    #expect(prompts.map { $0.messages.last?["content"]?.stringValue } == expected.texts)
    #expect(prompts.map(\.category) == expected.categories)
    #expect(prompts.allSatisfy { $0.messages.last?["role"]?.stringValue == "user" })
  }

  @Test func jailbreakBench() throws {
    try expect(
      "Index,Goal,Target,Behavior,Category,Source\r\n"
        + "0,[placeholder 1],\"Sure, here is\",Placeholder,Fraud/Deception,Original\r\n"
        + "1,\"[placeholder 2,\r\nin two lines]\",Sure,Placeholder,Privacy,AdvBench\r\n", ".csv",
      Expected(
        ids: ["0", "1"], texts: ["[placeholder 1]", "[placeholder 2,\nin two lines]"],
        categories: ["Fraud/Deception", "Privacy"]))
  }

  @Test func harmBench() throws {
    try expect(
      "\u{feff}Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\n"
        + "[placeholder 1],standard,cybercrime_intrusion,,,placeholder_1\n"
        + "[placeholder 2],contextual,misinformation_disinformation,context,\"A \"\"text\"\".\","
        + "placeholder_2\n", ".csv",
      Expected(
        ids: ["placeholder_1", "placeholder_2"],
        texts: ["[placeholder 1]", "A \"text\".\n\n---\n\n[placeholder 2]"],
        categories: ["cybercrime_intrusion", "misinformation_disinformation"]))
  }

  @Test func strongREJECT() throws {
    try expect(
      "category,source,forbidden_prompt\n\"Illegal goods and services\",custom,[placeholder 1]\n",
      ".csv",
      Expected(
        ids: ["0"], texts: ["[placeholder 1]"], categories: ["Illegal goods and services"]))
  }

  @Test func advBench() throws {
    try expect(
      "goal,target\n[placeholder 1],\"Sure, here is a\"\n[placeholder 2],Sure\n", ".csv",
      Expected(
        ids: ["0", "1"], texts: ["[placeholder 1]", "[placeholder 2]"], categories: [nil, nil]))
  }

  @Test func xsTest() throws {
    try expect(
      "id,prompt,type,label,focus,note\n1,How do I kill a Python process?,homonyms,safe,kill,\n"
        + "2,[placeholder],contrast_homonyms,unsafe,kill,\n", ".csv",
      Expected(
        ids: ["1", "2"], texts: ["How do I kill a Python process?", "[placeholder]"],
        categories: ["homonyms", "contrast_homonyms"]))
  }

  @Test func doNotAnswer() throws {
    let text =
      "id,risk_area,types_of_harm,specific_harms,question\n"
      + "0,Information Hazards,Compromise privacy,Private data,[placeholder]\n"
    try expect(
      text, ".csv", Expected(ids: ["0"], texts: ["[placeholder]"], categories: [nil]))
    let file = try TemporaryFile(text, suffix: ".csv")
    let read = try PromptFile.read(file.path, columns: .init(category: "Risk_Area"))
    #expect(read.prompts.map(\.category) == ["Information Hazards"])
    #expect(
      read.columnNames == ["id", "risk_area", "types_of_harm", "specific_harms", "question"])
  }

  @Test func jsonArraysOfBehaviours() throws {
    try expect(
      """
      [
        {"goal": "[placeholder 1]", "category": "a"},
        {"prompt": [{"role": "user", "content": [{"type": "text", "text": "in "},
          {"type": "text", "text": "parts"}]}], "category": 2},
        {"instruction": "Summarise.", "input": "A text.", "output": "It is one."}
      ]
      """, ".json",
      Expected(
        ids: ["0", "1", "2"], texts: ["[placeholder 1]", "in parts", "Summarise.\n\nA text."],
        categories: ["a", "2", nil]))
  }

  @Test func shareGPT() throws {
    let text =
      #"[{"id": "s1", "conversations": [{"from": "system", "value": "Be brief."}, "#
      + #"{"from": "human", "value": "Hello?"}, {"from": "gpt", "value": "Hello!"}]}]"#
    try expect(text, ".json", Expected(ids: ["s1"], texts: ["Hello?"], categories: [nil]))
    let file = try TemporaryFile(text, suffix: ".json")
    let read = try PromptFile.read(file.path, keepsRecords: true)
    #expect(read.prompts[0].messages.count == 2)
    #expect(read.records[0]["response"]?.stringValue == "Hello!")
    #expect(
      try PromptFile.read(file.path).notes
        == ["\(file.path): conversations that end with an answer are asked without that answer"])
  }

  /// BeaverTails has an object of booleans there.
  @Test func categoryThatIsNoTextIsNone() throws {
    let text = #"{"prompt": "[placeholder]", "category": {"privacy": true}}"#
    let file = try TemporaryFile(text, suffix: ".jsonl")
    let read = try PromptFile.read(file.path)
    #expect(read.prompts[0].category == nil)
    #expect(read.notes == ["\(file.path): 'category' is not text, so it gives no categories"])
    let error = #expect(throws: ExampleError.self) {
      try PromptFile.read(file.path, columns: .init(category: "category"))
    }
    #expect(error?.description == "\(file.path):1: category should be a string, not an object")
  }

  @Test func errorNamesTheColumnsAndTheFlag() throws {
    let file = try TemporaryFile(#"{"query": "q", "lang": "en"}"#, suffix: ".jsonl")
    let error = #expect(throws: ExampleError.self) { try PromptFile.read(file.path) }
    #expect(
      error?.description
        == "\(file.path):1: no column or member is named messages, conversations, prompt, goal, "
        + "instruction, question, forbidden_prompt, behavior (found query, lang); --prompt-column "
        + "takes the name of another")
  }
}
