import Jinja
import Testing

/// Errors say where they are.
struct TemplateErrorTests {
  private func error(_ template: String) -> TemplateError? {
    #expect(throws: TemplateError.self) {
      try ChatTemplate(source: template).render(messages: [], addGenerationPrompt: false)
    }
  }

  @Test(
    arguments: [
      ("a\n{{ x.y }}", 2, "chat template line 2: 'x' is undefined"),
      ("{% if 1 %}\n\n{{ 1 % 0 }}{% endif %}", 3, "chat template line 3: division by zero"),
      ("{{ 1 +\n  2 +\n  'a' | upper }}", 3, nil),
      (
        "{% set x = {} %}\n{{ x.a.b }}", 2,
        "chat template line 2: 'dict object' has no attribute 'a'"
      ),
      (
        "{{ [].append(1) }}", 1,
        "chat template line 1: access to attribute 'append' of 'list' object is unsafe"
      ),
      (
        "\n{# c\n #}{{ raise_exception('no') }}", 3,
        "chat template line 3: the template refuses the conversation: no"
      ),
      (
        "{% if 1 %}\n{{ 1 }}\n", 2,
        "chat template line 2: unexpected end of template, looking for 'elif' or 'else' or 'endif'"
      ),
      ("\n\n{% nope %}", 3, "chat template line 3: unknown tag 'nope'"),
      ("\r\n\r{{ 'a' | nope }}", 3, "chat template line 3: no filter named 'nope'"),
      ("{% macro f() %}\n{{ 1 % 0 }}\n{% endmacro %}\n{{ f() }}", 2, nil),
    ] as [(String, Int, String?)])
  func `carry the line`(template: String, line: Int, description: String?) {
    let error = error(template)
    #expect(error?.line == line)
    if let description { #expect(error?.description == description) }
    #expect(error?.kind == .badData)
  }
}
