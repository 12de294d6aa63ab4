import Jinja
import OrderedJSON
import TestSupport
import Testing

/// The reference conversations of six small templates.
struct OracleTemplateTests {
  static let names = ["chatml", "gemma", "llama-2", "llama-3", "mistral", "phi-3"]

  @Test(arguments: names)
  func `gives what transformers gives`(name: String) throws {
    let template = try ChatTemplate(
      source: try Fixtures.text("jinja/oracles/\(name)/template.jinja"))
    let json = try Fixtures.json("jinja/oracles/\(name)/cases.json")
    let cases = try #require(json["cases"]?.arrayValue)
    #expect(cases.count == 12)
    for entry in cases {
      let messages = try #require(entry["messages"]?.arrayValue)
      let prompt = try #require(entry["add_generation_prompt"]?.boolValue as Bool?)
      // The errors of the reference are texts; all of them come from raise_exception.
      let isError = entry["expected"] == nil
      do throws(TemplateError) {
        let text = try template.render(
          messages: messages, addGenerationPrompt: prompt,
          variables: json["context"]?.objectValue ?? JSONObject(), clock: TemplateCaseTests.clock)
        #expect(!isError)
        #expect(text.utf8.elementsEqual((entry["expected"]?.stringValue ?? "").utf8))
      } catch {
        #expect(isError, "\(error)")
        guard case .raised(let message) = error.cause else {
          Issue.record("\(error)")
          continue
        }
        #expect(entry["error"]?.stringValue?.contains(message) ?? false)
      }
    }
  }
}
