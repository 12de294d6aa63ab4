import Jinja
import OrderedJSON
import TestSupport
import Testing

/// Templates that would hang or fill the memory.
struct LimitTests {
  private func cause(_ template: String) -> TemplateError.Cause? {
    let error = #expect(throws: TemplateError.self) {
      try ChatTemplate(source: template).render(
        messages: [["role": "user", "content": "Hi"]], addGenerationPrompt: false,
        limits: TemplateLimits(steps: 300_000, bytes: 100_000_000))
    }
    return error?.cause
  }

  @Test(arguments: [
    "{{ range(100001) }}",
    "{{ 'a' * 1000000000000 }}",
    "{{ range(-9223372036854775807, 9223372036854775807) }}",
    "{% set ns = namespace(x=(1, 2)) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
    "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x={}) %}{% for i in range(100000) %}{% set ns.x = {'a': ns.x} %}{% endfor %}",
    "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
    "{% set ns = namespace(x=['a' * 1000000]) %}{% for i in range(30) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | join }}",
    "{{ ('a' * 1000000) | replace('a', 'a' * 1000000) }}",
    "{{ ('a' * 1000000).replace('a', 'b' * 1000000) }}",
    "{% set x = 'a' * 1000000 %}{% for i in range(100000) %}{% set y = '{}{}'.format(x, x) %}{% endfor %}",
    "{{ ('a\n' * 1000) | indent(1000000000) }}",
    "{{ ('a\n' * 1000000) | indent(1000000) }}",
    "{{ [1, [2]] | tojson(indent=1000000000000) }}",
    "{{ strftime_now('%999999999d') }}",
    "{{ (' ' * 50000000) | trim }}{{ (' ' * 60000000) | length }}",
    "{% for i in range(100000) %}{% set x %}{{ 'a' * 100000 }}{% endset %}{% endfor %}",
    "{% for i in range(100000) %}{{ range(100000) | list | length }}{% endfor %}",
    "{% for i in range(100000) %}{{ ('a' * 100000) | trim }}{% endfor %}",
    "{% set x = 'a' * 100000 %}{% for i in range(100000) %}{% for j in range(100) %}{{ x.endswith('b') }}{% endfor %}{% endfor %}",
    "{% set x = 'a' * 1000000 %}{% for i in range(100000) %}{{ 'b' in x }}{% endfor %}",
    "{% set x = range(100000) | list %}{% for i in range(100000) %}{{ x | sort | length }}{% endfor %}",
    "{% set n = namespace(x=['a' * 100000]) %}{% for i in range(7) %}{% set n.x = n.x + n.x %}{% endfor %}{% for i in range(100000) %}{{ n.x == n.x }}{% endfor %}",
    "{% set n = namespace(x=['a' * 100000]) %}{% for i in range(7) %}{% set n.x = n.x + n.x %}{% endfor %}{% for i in range(100000) %}{{ n.x | tojson | length }}{% endfor %}",
  ])
  func `are stopped`(template: String) {
    guard case .limitExceeded = cause(template) else {
      Issue.record("\(template): \(String(describing: cause(template)))")
      return
    }
  }

  @Test(arguments: [
    "{{ 'x' * 1000000000 }}", "{{ range(1000000000) | list }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = ns.x + [i] %}{% endfor %}",
    "{% set x = 'a' * 1000 %}{% for i in range(99999) %}{{ x * 1000 }}{% endfor %}",
    "{{ range(99999) | map('replace', '1', 'a' * 1000) | join }}",
    "{{ range(99999) | join('a' * 100000) }}",
    "{{ ('a ' * 8000000).split(' ') | length }}", "{{ ('a,' * 8000000).split(',') | length }}",
    "{{ ('a\n' * 8000000) | indent | length }}", "{{ ('a' * 16000000) | list | length }}",
    "{% set ns = namespace(x={'a': 1}) %}{% for i in range(60) %}{% set ns.x = {'a': ns.x, 'b': ns.x} %}{% endfor %}",
    "{% for i in range(99999) %}{{ [[[[[[[[1]]]]]]]] | tojson(indent=100000) }}{% endfor %}",
    "{{ ('aa' * 1000000).replace('a', 'b' * 1000) }}{{ ('aa' * 1000000) | replace('a', 'b' * 1000) }}",
    "{% macro f(n) %}{{ f(n + 1) ~ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{% set x = range(99999) | list %}{% for i in range(999) %}{% set y = x[:] %}{% endfor %}",
    "{% set n = namespace(s='a') %}{% for i in range(40) %}{% set n.s = n.s.replace('a', 'aa') %}{% endfor %}",
    "{{ [1] | tojson(indent=100000000) }}",
    "{% set x = range(99999) | list %}{% for i in range(999) %}{{ x[::-1] | length }}{% endfor %}",
    "{% set x = range(99999) | list %}{% for i in range(999) %}{{ x | map('string') | list | length }}{% endfor %}",
  ])
  func `standard limits hold within seconds`(template: String) throws {
    let clock = ContinuousClock()
    var cause: TemplateError.Cause?
    let time = clock.measure {
      cause =
        #expect(throws: TemplateError.self) {
          try ChatTemplate(source: template).render(messages: [], addGenerationPrompt: false)
        }?.cause
    }
    guard case .limitExceeded = cause else {
      Issue.record("\(template): \(String(describing: cause))")
      return
    }
    // Two seconds when built for release; checks and tests beside it make a debug build slower.
    #expect(time < .seconds(60), "\(template) took \(time)")
  }

  @Test(arguments: ["(", "[", "{'a': ", "not ", "-", "1 if ", "f(", "x[", "1 if 1 else "])
  func `deep nesting is refused`(part: String) {
    guard case .limitExceeded = cause("{{ " + String(repeating: part, count: 20_000)) else {
      Issue.record("\(part): \(String(describing: cause("{{ " + part)))")
      return
    }
  }

  @Test func `deep blocks are refused`() {
    guard case .limitExceeded = cause(String(repeating: "{% if 1 %}", count: 20_000)) else {
      Issue.record("not refused")
      return
    }
  }

  @Test(arguments: [
    " + 1", " ~ 1", " and 1", " or 1", " < 1", "|string", ".real", "[0]", " is true",
  ])
  func `long chains are no deeper than short ones`(part: String) throws {
    let template = "{{ x" + String(repeating: part, count: 20_000) + " }}"
    // Whether it renders or not, it must not use up the stack.
    let chat = try? ChatTemplate(source: template)
    _ = try? chat?.render(messages: [], addGenerationPrompt: false)
  }

  @Test func `a long conversation is no problem`() throws {
    let messages: [JSONValue] = (0..<2000).map { index in
      [
        "role": .string(index.isMultiple(of: 2) ? "user" : "assistant"),
        "content": .string(String(repeating: "word ", count: 400)),
      ]
    }
    let text = try ChatTemplate(source: try Fixtures.text("jinja/templates/qwen3.jinja")).render(
      messages: messages, addGenerationPrompt: true)
    #expect(text.utf8.count > 4_000_000)
  }

  @Test func `the smallest integer is no trap`() throws {
    let smallest = "(-9223372036854775807 - 1)"
    for template in [
      "-\(smallest)", "\(smallest) - 1", "\(smallest) * -1", "\(smallest) % -1",
      "'a' * \(smallest)",
      "'a'[\(smallest):] ~ 'a'[::\(smallest)] ~ [1][\(smallest)]", "\(smallest) is divisibleby -1",
      "range(\(smallest), 9223372036854775807, 1)", "range(0, \(smallest), \(smallest)) | list",
      "range(9223372036854775806, 9223372036854775807, 5) | list", "half < \(smallest)",
      "'a b'.split(' ', \(smallest))", "'a' | indent(\(smallest))",
      "[1] | tojson(indent=\(smallest))",
    ] {
      _ = try? ChatTemplate(source: "{{ \(template) }}").render(
        messages: [], addGenerationPrompt: false,
        variables: JSONObject([JSONObject.Member(key: "half", value: 0.5)]))
    }
  }
}
