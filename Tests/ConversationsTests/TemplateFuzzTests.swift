import Conversations
import Jinja
import OrderedJSON
import TestSupport
import Testing

/// Damaged templates, conversations and files: a text or an error, and nothing else.
struct TemplateFuzzTests {
  private static let messages: [JSONValue] = [
    ["role": "system", "content": "Be brief."], ["role": "user", "content": " Hi\nthere "],
    ["role": "assistant", "content": "Hello!"],
  ]
  private static let variables: JSONObject = {
    var variables = JSONObject()
    variables["bos_token"] = "<s>"
    variables["eos_token"] = "</s>"
    return variables
  }()
  private static let limits = TemplateLimits(steps: 200_000, bytes: 10_000_000)

  private func render(_ source: String, _ messages: [JSONValue]) throws(TemplateError) -> String {
    try ChatTemplate(source: source).render(
      messages: messages, addGenerationPrompt: true, variables: Self.variables,
      limits: Self.limits)
  }

  @Test(arguments: ["chatml", "gemma", "llama-2", "llama-3", "mistral", "phi-3"])
  func damagedTemplates(_ name: String) throws {
    let source = Array(try #require(BuiltInTemplates.all[name]).utf8)
    var fuzzer = JSONFuzzer(seed: 5)
    var refused = 0
    for _ in 0..<300 {
      let text = String(decoding: fuzzer.variant(of: source), as: UTF8.self)
      do throws(TemplateError) {
        _ = try render(text, Self.messages)
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect((1..<300).contains(refused))
  }

  @Test(arguments: ["chatml", "gemma", "llama-3", "mistral"])
  func damagedConversations(_ name: String) throws {
    let source = try #require(BuiltInTemplates.all[name])
    var fuzzer = JSONFuzzer(seed: 6)
    var refused = 0
    for _ in 0..<300 {
      let messages = fuzzer.variant(of: .array(Self.messages)).arrayValue ?? []
      do throws(TemplateError) {
        _ = try render(source, messages)
      } catch {
        refused += 1
      }
    }
    #expect((1..<300).contains(refused))
  }

  @Test func damagedConfigurations() throws {
    let document = try JSONValue(
      parsing: #"""
        {"bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": false}, "pad_token": null,
         "additional_special_tokens": ["<a>", {"content": "<b>"}], "eos_token_id": [1, 2],
         "chat_template": [{"name": "default", "template": "{{ messages[0].content }}"}]}
        """#)
    var fuzzer = JSONFuzzer(seed: 8)
    var refused = 0
    for _ in 0..<200 {
      let model = try TemporaryModel([
        "tokenizer_config.json": fuzzer.variant(of: document).text(),
        "generation_config.json": fuzzer.variant(of: document).text(),
      ])
      do throws(ConversationError) {
        _ = try ConversationEncoder(folder: model.folder).render(Self.messages)
      } catch {
        #expect(!error.description.contains("\n"))
        refused += 1
      }
    }
    #expect((1..<200).contains(refused))
  }
}
