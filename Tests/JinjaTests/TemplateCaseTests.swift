import Jinja
import OrderedJSON
import TestSupport
import Testing

/// Small templates, one for each construct, against transformers' Jinja environment.
struct TemplateCaseTests {
  static let table = Result { try Fixtures.json("jinja/cases.json") }
  static let cases = (try? table.get()["cases"]?.arrayValue) ?? []

  /// The reference ran at 2024-07-26T12:34:56.
  static let clock = TemplateClock.fixed(1_721_997_296)

  @Test func `the table is there`() throws {
    #expect(try Self.table.get()["cases"]?.arrayValue?.count ?? 0 > 400)
  }

  @Test(arguments: cases.indices)
  func `gives what transformers gives`(index: Int) throws {
    let json = Self.cases[index]
    let template = try #require(json["template"]?.stringValue)
    var variables = try #require(try Self.table.get()["variables"]?.objectValue)
    let messages = try #require(variables["messages"]?.arrayValue)
    variables["messages"] = nil
    Outcome(json).check(
      { () throws(TemplateError) in
        try ChatTemplate(source: template).render(
          messages: messages, addGenerationPrompt: true, variables: variables, clock: Self.clock)
      }, template)
  }
}
