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
    "{{ [0] * 9223372036854775807 }}",
    "{{ (1, 2) * 4611686018427387904 }}",
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
    "{{ ('a' * 1000000) | replace('', 'a' * 1000000) }}",
    "{{ ('a' * 1000000).replace('a', 'b' * 1000000) }}",
    "{{ 'a'.center(100000000000) }}",
    "{{ 'a'.ljust(9223372036854775807) }}",
    "{{ '%1000000000000d' % 1 }}",
    "{{ '%.1000000000000d' % 1 }}",
    "{{ '%.100000f' % 1.5 }}",
    "{{ '%*d' % (9223372036854775807, 1) }}",
    "{{ '{:>1000000000000}'.format('a') }}",
    "{{ '{:{w}}'.format('a', w=1000000000000) }}",
    "{{ ('a\n' * 1000) | indent(1000000000) }}",
    "{{ ('a\n' * 1000000) | indent(1000000) }}",
    "{{ [1, [2]] | tojson(indent=1000000000000) }}",
    "{{ [1] | batch(100000000000, 0) | list }}",
    "{{ [1] | slice(100000000000) | list }}",
    "{{ 'a\t'.expandtabs(1000000000000) }}",
    "{{ '1'.zfill(1000000000000) }}",
    "{{ strftime_now('%999999999d') }}",
    "{{ (' ' * 50000000) | trim }}{{ (' ' * 60000000) | length }}",
    "{% for i in range(100000) %}{% set x %}{{ 'a' * 100000 }}{% endset %}{% endfor %}",
    "{% for i in range(100000) %}{{ range(100000) | list | length }}{% endfor %}",
    "{% for i in range(100000) %}{{ ('a' * 100000) is lower }}{% endfor %}",
    "{% set x = 'a' * 100000 %}{% for i in range(100000) %}{% for j in range(100) %}{{ x is upper }}{% endfor %}{% endfor %}",
    "{% set x = 'a' * 1000000 %}{% for i in range(100000) %}{{ 'b' in x }}{% endfor %}",
    "{% set x = range(100000) | list %}{% for i in range(100000) %}{{ x | sort | length }}{% endfor %}",
    "{% set x = ['a' * 100000] * 100 %}{% for i in range(100000) %}{{ x == x }}{% endfor %}",
    "{% set x = ['a' * 100000] * 100 %}{% for i in range(100000) %}{{ x | tojson | length }}{% endfor %}",
  ])
  func `are stopped`(template: String) {
    guard case .limitExceeded = cause(template) else {
      Issue.record("\(template): \(String(describing: cause(template)))")
      return
    }
  }

  @Test(arguments: [
    "{{ [1] * 10 ** 8 }}", "{{ 'x' * 10 ** 9 }}", "{{ range(10 ** 9) | list }}",
    "{{ [1] | batch(10 ** 8, 0) | list }}", "{{ range(99999) | batch(10 ** 8, 0) | list }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = ns.x + [i] %}{% endfor %}",
    "{% set x = 'a' * 1000 %}{% for i in range(99999) %}{{ x * 1000 }}{% endfor %}",
    "{{ (['a' * 1000] * 100000) | join }}", "{{ ('a' * 100000).join(['b'] * 100000) }}",
    "{{ ('a ' * 8000000).split() | length }}", "{{ ('a,' * 8000000).split(',') | length }}",
    "{{ ('a\n' * 8000000).splitlines() | length }}", "{{ ('a' * 16000000) | list | length }}",
    "{{ '%100000000d' % 1 }}{{ '%100000000d' % 1 }}{{ '%100000000d' % 1 }}",
    "{% set ns = namespace(x={}) %}{% for i in range(99999) %}{% set ns.x = dict(ns.x, **{'k' ~ i: i}) %}{% endfor %}",
    "{% set ns = namespace(x={'a': 1}) %}{% for i in range(60) %}{% set ns.x = {'a': ns.x, 'b': ns.x} %}{% endfor %}",
    "{% set x = [[[[[[[[1]]]]]]]] * 10000 %}{{ x | tojson(indent=100000) }}",
    "{{ ('aa' * 1000000).replace('a', 'b' * 1000) }}{{ ('aa' * 1000000) | replace('', 'b' * 1000) }}",
    "{% macro f(n) %}{{ f(n + 1) ~ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "{% set x = dict.fromkeys(range(99999)) if false else range(99999) | list %}{% for i in range(999) %}{% set y = x[:] %}{% endfor %}",
    "{% set n = namespace(s='a') %}{% for i in range(40) %}{% set n.s = n.s.replace('a', 'aa') %}{% endfor %}",
    "{{ [1] | tojson(indent=100000000) }}",
    "{% set x = range(99999) | list %}{% for i in range(999) %}{{ x | reverse | list | length }}{% endfor %}",
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

  @Test(arguments: [
    ("{% for x in [1] recursive %}{% endfor %}", "a recursive loop"),
    ("{% include 'x' %}", "the tag 'include'"),
    ("{% block x %}{% endblock %}", "the tag 'block'"),
    ("{% autoescape true %}{% endautoescape %}", "the tag 'autoescape'"),
    ("{{ 'x' | urlize }}", "the filter 'urlize'"),
    ("{{ 'x' | pprint }}", "the filter 'pprint'"),
    ("{{ cycler('a') }}", "the function 'cycler'"),
    ("{{ lipsum() }}", "the function 'lipsum'"),
    ("{{ 'x'.encode() }}", "the attribute 'encode' of a str"),
    ("{{ (1).real }}", "the attribute 'real' of a int"),
    ("{{ 9223372036854775808 }}", "an integer beyond 64 bits"),
    ("{{ 9223372036854775807 + 1 }}", "an integer beyond 64 bits"),
    ("{{ 2 ** 64 }}", "an integer beyond 64 bits"),
    ("{{ 3037000500 * 3037000500 }}", "an integer beyond 64 bits"),
    ("{{ (-8) ** 0.5 }}", "a complex number"),
    ("{{ '\\N{DASH}' }}", "a character by its name, \\N{...},"),
    ("{{ '\\ud83d' }}", "\\ud83d, no character,"),
    ("{{ range }}", "writing a function"),
    ("{{ 'x' | safe | format }}{{ ('%s' | safe) % 'a' }}", "% with a safe string"),
  ])
  func `what is missing is named`(template: String, feature: String) {
    #expect(cause(template) == .unsupported(feature))
  }

  @Test func `the smallest integer is no trap`() throws {
    let smallest = "(-9223372036854775807 - 1)"
    for template in [
      "\(smallest) // -1", "-\(smallest)", "\(smallest) | abs", "\(smallest) * -1",
      "'%d' % \(smallest) ~ 'a'[\(smallest):] ~ 'a'[::\(smallest)] ~ [1][\(smallest)]",
      "\(smallest) % -1", "'a'.center(\(smallest)) ~ 'a'.zfill(\(smallest))",
      "'%*d' % (\(smallest), 1)", "'a'.find('a', \(smallest), \(smallest))",
      "range(\(smallest), 9223372036854775807, 1)", "range(0, \(smallest), \(smallest)) | list",
      "'a' | truncate(\(smallest))", "1.5 | round(\(smallest))", "[1] | batch(\(smallest)) | list",
      "'a b'.split(' ', \(smallest))", "'a' | indent(\(smallest))", "'a'.expandtabs(\(smallest))",
      "[1] | slice(\(smallest)) | list", "'a'.replace('a', 'b', \(smallest))",
    ] {
      _ = try? ChatTemplate(source: "{{ \(template) }}").render(
        messages: [], addGenerationPrompt: false)
    }
  }
}
