import Jinja
import OrderedJSON
import TestSupport
import Testing

/// Whole templates, in the manner of popular models, against transformers.
struct ModelTemplateTests {
  static let table = Result { try Fixtures.json("jinja/model_cases.json") }
  static let cases = (try? table.get()["cases"]?.arrayValue) ?? []

  @Test func `the table is there`() throws {
    #expect(try Self.table.get()["cases"]?.arrayValue?.count ?? 0 > 800)
  }

  @Test(arguments: cases.indices)
  func `gives what transformers gives`(index: Int) throws {
    let json = Self.cases[index]
    let table = try Self.table.get()
    let name = try #require(json["template"]?.stringValue)
    let conversation = try #require(json["conversation"]?.stringValue)
    let messages = try #require(table["conversations"]?[conversation]?.arrayValue)
    let prompt = try #require(json["add_generation_prompt"]?.boolValue as Bool?)
    let source = try Fixtures.text("jinja/templates/" + name)
    let tools = json["tools"]?.boolValue == true ? table["tools"] ?? .null : .null
    let variables: JSONValue = ["bos_token": "<s>", "eos_token": "</s>", "tools": tools]
    Outcome(json).check(
      { () throws(TemplateError) in
        try ChatTemplate(source: source).render(
          messages: messages, addGenerationPrompt: prompt,
          variables: variables.objectValue ?? JSONObject(), clock: TemplateCaseTests.clock)
      }, "\(name), \(conversation), \(prompt)")
  }
}
