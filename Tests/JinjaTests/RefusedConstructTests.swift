import Jinja
import OrderedJSON
import Testing

/// What Jinja2 knows and chat templates do not use is refused by its name.
struct RefusedConstructTests {
  static let constructs: [(String, String)] = [
    ("{{ 1.0 }}", "the number 1.0"),
    ("{{ 1e3 }}", "the number 1e3"),
    ("{{ 0x1F }}", "the number 0x1F"),
    ("{{ 1_000 }}", "the number 1_000"),
    ("{{ 00 }}", "the number 00"),
    (#"{{ '\x41\u00e9\U0001f600\101\7' }}"#, #"the escape \x in a string"#),
    (#"{{ '\é' }}"#, #"the escape \é in a string"#),
    ("{{ 1, 2 }}", "a tuple without brackets"),
    ("{% print 1, 'a' %}", "the tag 'print'"),
    ("{% set a, b = 1, 2 %}{{ a }}{{ b }}", "an assignment to several names"),
    ("{% set a | upper %}block {{ n }}{% endset %}[{{ a }}]", "a 'set' block with filters"),
    (
      "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a + ns.b }}|{{ ns }}",
      "a namespace made from a mapping"
    ),
    (
      "{% with a = 1, b = n %}{{ a }}{{ b }}{% set c = 3 %}{{ c }}{% endwith %}[{{ a }}{{ c }}]",
      "the tag 'with'"
    ),
    (
      "{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}",
      "the attribute 'revindex' of a LoopContext"
    ),
    (
      "{% for i in l %}{{ loop.cycle('a', 'b') }}{% endfor %}",
      "the attribute 'cycle' of a LoopContext"
    ),
    (
      "{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}",
      "the attribute 'changed' of a LoopContext"
    ),
    ("{% for i in [] %}x{% else %}none{% endfor %}", "'else' of a loop"),
    (
      "{% for (a, b) in d.items() %}{{ a }}{{ b }}{% endfor %}",
      "brackets around the names of a loop"
    ),
    ("{{ 7 / 2 }}", "the operator '/'"),
    ("{{ 7 // 2 }}", "the operator '//'"),
    ("{{ 7 ** 2 }}", "the operator '**'"),
    ("{{ 2.0 ** 0.5 }}", "the number 2.0"),
    ("{{ +n }}", "the sign '+'"),
    ("{{ [0] * 3 }}", "'*' with a list or safe string"),
    ("{{ 1 < 2 < 3 }}", "a chain of comparisons"),
    ("{{ 'a' in d.keys() }}", "the attribute 'keys' of a dict"),
    ("{{ n is odd and n is not even or no }}", "the test 'odd'"),
    ("{{ -1 | abs }}", "the filter 'abs'"),
    ("{{ '%s' % 'a' }}", "formatting a string with '%'"),
    ("{{ {(1, 2): 'x'}[1, 2] }}", "an item of several keys"),
    ("{{ range(3) }}", "writing a range"),
    ("{{ d.values() }}", "the attribute 'values' of a dict"),
    ("{{ d.copy() }}", "the attribute 'copy' of a dict"),
    ("{{ l.index(1) }}", "the attribute 'index' of a list"),
    ("{{ l.count(3) }}", "the attribute 'count' of a list"),
    ("{{ l.copy() }}", "the attribute 'copy' of a list"),
    ("{{ (1, 2, 1).count(1) }}", "the attribute 'count' of a tuple"),
    ("{{ (1, 2).index(2) }}", "the attribute 'index' of a tuple"),
    ("{{ dict(a=1, b=2) }}", "the function 'dict'"),
    ("{{ '  a  b '.split() }}", "'split' at white space"),
    ("{{ 'a,b,c'.rsplit(',', 1) }}", "the attribute 'rsplit' of a str"),
    ("{{ lines.splitlines() }}", "the attribute 'splitlines' of a str"),
    ("{{ s.startswith(('x', 'H')) }}", "a tuple as the argument 'prefix'"),
    ("{{ s.startswith('World', 6) }}", "the argument 'start' of str.startswith"),
    ("{{ s.endswith('Hello', 0, 5) }}", "the argument 'start' of str.endswith"),
    ("{{ s.endswith(('a', 'd')) }}", "a tuple as the argument 'suffix'"),
    ("{{ s.replace('l', 'L', 1) }}", "the argument 'count' of str.replace"),
    ("{{ 'abc'.replace('', '-') }}", "'replace' of an empty string"),
    ("{{ 'aBc ß'.swapcase() }}", "the attribute 'swapcase' of a str"),
    ("{{ s.find('o') }}", "the attribute 'find' of a str"),
    ("{{ s.rfind('o') }}", "the attribute 'rfind' of a str"),
    ("{{ s.index('W') }}", "the attribute 'index' of a str"),
    ("{{ s.count('l') }}", "the attribute 'count' of a str"),
    ("{{ s.rindex('l') }}", "the attribute 'rindex' of a str"),
    ("{{ ', '.join(['a', 'b']) }}", "the attribute 'join' of a str"),
    ("{{ 'abc'.isalpha() }}", "the attribute 'isalpha' of a str"),
    ("{{ 'ab1'.isalnum() }}", "the attribute 'isalnum' of a str"),
    ("{{ '12'.isdigit() }}", "the attribute 'isdigit' of a str"),
    ("{{ '²'.isdecimal() }}", "the attribute 'isdecimal' of a str"),
    ("{{ '½'.isnumeric() }}", "the attribute 'isnumeric' of a str"),
    (#"{{ ' \n'.isspace() }}"#, "the attribute 'isspace' of a str"),
    ("{{ 'Ab'.istitle() }}", "the attribute 'istitle' of a str"),
    ("{{ 'AB'.isupper() }}", "the attribute 'isupper' of a str"),
    ("{{ 'ab1'.islower() }}", "the attribute 'islower' of a str"),
    ("{{ 'é'.isascii() }}", "the attribute 'isascii' of a str"),
    ("{{ 'a b'.isidentifier() }}", "the attribute 'isidentifier' of a str"),
    (#"{{ 'a\n'.isprintable() }}"#, "the attribute 'isprintable' of a str"),
    ("{{ 'prefix-x'.removeprefix('prefix-') }}", "the attribute 'removeprefix' of a str"),
    ("{{ 'x.txt'.removesuffix('.txt') }}", "the attribute 'removesuffix' of a str"),
    ("{{ 'a=b=c'.partition('=') }}", "the attribute 'partition' of a str"),
    ("{{ 'a=b=c'.rpartition('=') }}", "the attribute 'rpartition' of a str"),
    ("{{ '7'.zfill(3) }}", "the attribute 'zfill' of a str"),
    ("{{ 'a'.center(5, '*') }}", "the attribute 'center' of a str"),
    ("{{ 'a'.ljust(3) }}", "the attribute 'ljust' of a str"),
    ("{{ 'a'.rjust(3, '.') }}", "the attribute 'rjust' of a str"),
    (#"{{ 'a\tb'.expandtabs(4) }}"#, "the attribute 'expandtabs' of a str"),
    ("{{ '{1} {0}'.format('a', 'b') }}", "a format that is more than '{}'"),
    ("{{ '{a}'.format_map({'a': 5}) }}", "the attribute 'format_map' of a str"),
    ("{{ 'xax' | trim('x') }}", "the argument 'chars' of the filter 'trim'"),
    ("{{ s | replace('o', '0', 1) }}", "the argument 'count' of the filter 'replace'"),
    (#"{{ 'a\nb\n\nc' | indent(2, blank=true) }}"#, "the argument 'blank' of the filter 'indent'"),
    (#"{{ 'a\nb' | indent('> ', first=true) }}"#, "a string as the width of 'indent'"),
    ("{{ l | truncate(3) }}", "the filter 'truncate'"),
    (
      "[{{ nope | last }}]|{{ nope is callable }}|{{ 'x' is callable }}|{{ range is callable }}",
      "the test 'callable'"
    ),
    ("{{ s | center(20) }}", "the filter 'center'"),
    ("{{ '%s-%d' | format('a', 2) }}", "the filter 'format'"),
    ("{{ 'a b  c-d_e é' | wordcount }}", "the filter 'wordcount'"),
    ("{{ html | e }}", "the filter 'e'"),
    ("{{ html | escape }}", "the filter 'escape'"),
    ("{{ html | forceescape }}", "the filter 'forceescape'"),
    ("{{ ('a' | safe) is escaped }}", "the test 'escaped'"),
    ("{{ 'abc' | reverse }}", "the filter 'reverse'"),
    ("{{ undefined_name | d('x') }}", "the filter 'd'"),
    ("{{ '42.9' | int }}", "the filter 'int' of '42.9'"),
    ("{{ 'x' | int(7) }}", "the argument 'default' of the filter 'int'"),
    ("{{ '101' | int(base=2) }}", "the argument 'base' of the filter 'int'"),
    ("{{ '1_000' | int }}", "the filter 'int' of '1_000'"),
    ("{{ '1.5' | float }}", "the filter 'float'"),
    ("{{ 7 | round }}", "the filter 'round'"),
    ("{{ l | sum }}", "the filter 'sum'"),
    ("{{ l | max }}", "the filter 'max'"),
    ("{{ words | min(true) }}", "the argument 'case_sensitive' of the filter 'min'"),
    ("{{ l | count }}", "the filter 'count'"),
    ("{{ users | join('+', attribute='name') }}", "the argument 'attribute' of the filter 'join'"),
    ("{{ l | sort(true) }}", "the argument 'reverse' of the filter 'sort'"),
    (
      "{{ words | sort(case_sensitive=true) }}",
      "the argument 'case_sensitive' of the filter 'sort'"
    ),
    (
      "{{ users | sort(attribute='age,name') | map(attribute='name') | join }}",
      "an attribute that is no single name"
    ),
    ("{{ words | unique(true) | list }}", "the argument 'case_sensitive' of the filter 'unique'"),
    (
      "{{ users | unique(attribute='age') | map(attribute='name') | list }}",
      "the argument 'attribute' of the filter 'unique'"
    ),
    ("{{ d | dictsort(true) }}", "the argument 'case_sensitive' of the filter 'dictsort'"),
    ("{{ d | dictsort(by='value', reverse=true) }}", "the argument 'by' of the filter 'dictsort'"),
    ("{{ [1, 2, 3, 4, 5] | batch(2) | list }}", "the filter 'batch'"),
    ("{{ [1, 2, 3, 4, 5] | slice(2) | list }}", "the filter 'slice'"),
    (
      "{% for city, group in users | groupby('city') %}{{ city }}:{{ group | map(attribute='name') | join(',') }};{% endfor %}|{% for g in users | groupby('age') %}{{ g.grouper }}{{ g.list | length }}{{ g[0] }}{% endfor %}|{{ (users | groupby('age'))[0].grouper }}|{% for k, v in users | groupby('city', case_sensitive=true) %}{{ k }}{{ v | length }}{% endfor %}|{% for k, v in users | groupby('on', default=false) %}{{ k }}{{ v | length }}{% endfor %}",
      "the filter 'groupby'"
    ),
    (
      "{{ users | map(attribute='nope', default='-') | list }}",
      "the argument 'default' of the filter 'map'"
    ),
    ("{{ [1, 2, 3, 4] | select('odd') | list }}", "the filter 'select'"),
    ("{{ [1, 2, 3] | reject('gt', 1) | list }}", "the test 'gt'"),
    ("{{ users | rejectattr('age', '>', 26) | map(attribute='name') | list }}", "the test '>'"),
    (
      "{{ messages | selectattr('role', 'in', ['system', 'user']) | list | last | length }}",
      "the test 'in'"
    ),
    ("{{ users | attr('x') }}", "the filter 'attr'"),
    (
      "{{ tool | tojson(indent=2, sort_keys=true) }}",
      "the argument 'sort_keys' of the filter 'tojson'"
    ),
    (#"{{ [1] | tojson(indent='\t') }}"#, "a string as the indent of 'tojson'"),
    ("{{ n is integer }}", "the test 'integer'"),
    ("{{ f is float }}", "the test 'float'"),
    ("{{ 4 is even }}", "the test 'even'"),
    ("{{ 1 is ne 2 }}", "the test 'ne'"),
    ("{{ 1 is lt 2 }}", "the test 'lt'"),
    ("{{ 1 is ge 1 }}", "the test 'ge'"),
    ("{{ 1 is le 0 }}", "the test 'le'"),
    ("{{ 1 is greaterthan 0 }}", "the test 'greaterthan'"),
    ("{{ 1 is lessthan 0 }}", "the test 'lessthan'"),
    ("{{ 'abc' is lower }}", "the test 'lower'"),
    ("{{ 'ABC' is upper }}", "the test 'upper'"),
    ("{{ none is sameas none }}", "the test 'sameas'"),
    ("{{ 'upper' is filter }}", "the test 'filter'"),
    ("{{ 'odd' is test }}", "the test 'test'"),
    (
      "{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, x=3) }}",
      "'varargs' in a macro"
    ),
    (
      "{% macro f() %}x{% endmacro %}{{ f() | upper }}{{ f() ~ f() }}{{ f }}{{ f.name }}",
      "the attribute 'name' of a Macro"
    ),
    (
      "{% macro f() %}<{{ caller() }}>{% endmacro %}{% call f() %}body {{ n }}{% endcall %}",
      "'caller' in a macro"
    ),
    (
      "{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(*[1, 2]) }}{{ f(**{'a': 3, 'b': 4}) }}{{ f(*(5,), **{'b': 6}) }}",
      "'**' in a call"
    ),
    (
      "{% set j = joiner('|') %}{{ j() }}{{ j() }}{{ j() }}|{% set k = joiner() %}{{ k() }}{{ k() }}",
      "the function 'joiner'"
    ),
    ("{% raw %}{{ n }} {% if %}{% endraw %}", "the tag 'raw'"),
    ("{% do l.append(1) %}", "the tag 'do'"),
    ("{% call f() %}{% endcall %}", "the tag 'call'"),
    ("{% include 'x' %}", "the tag 'include'"),
    ("{% import 'x' as y %}", "the tag 'import'"),
    ("{% from 'x' import y %}", "the tag 'from'"),
    ("{% extends 'x' %}", "the tag 'extends'"),
    ("{% block x %}{% endblock %}", "the tag 'block'"),
    ("{% autoescape true %}{% endautoescape %}", "the tag 'autoescape'"),
    ("{% for x in [1] recursive %}{% endfor %}", "a recursive loop"),
    ("{% if false %}{{ 1 | round }}{% endif %}", "the filter 'round'"),
    ("{% if false %}{{ 1 / 2 }}{% endif %}", "the operator '/'"),
    ("{{ 'x' | urlize }}", "the filter 'urlize'"),
    ("{{ 'x' | pprint }}", "the filter 'pprint'"),
    ("{{ cycler('a') }}", "the function 'cycler'"),
    ("{{ lipsum() }}", "the function 'lipsum'"),
    ("{{ 'x'.encode() }}", "the attribute 'encode' of a str"),
    ("{{ (1).real }}", "the attribute 'real' of a int"),
    ("{{ 9223372036854775808 }}", "an integer beyond 64 bits"),
    ("{{ 9223372036854775807 + 1 }}", "an integer beyond 64 bits"),
    ("{{ 3037000500 * 3037000500 }}", "an integer beyond 64 bits"),
    ("{{ -(-9223372036854775807 - 1) }}", "an integer beyond 64 bits"),
    (#"{{ '\N{DASH}' }}"#, #"the escape \N in a string"#),
    (#"{{ '\ud83d' }}"#, #"the escape \u in a string"#),
    ("{{ range }}", "writing a function"),
    ("{{ ('%s' | safe) % 'a' }}", "formatting a string with '%'"),
    ("{{ ('x' | safe) * 2 }}", "'*' with a list or safe string"),
    ("{{ ('x' | safe).replace('x', 'y') }}", "the method 'replace' of a safe string"),
    ("{{ range(3)[1:] }}", "a slice of a range"),
    (
      "{% for x in [1] %}{% for y in loop %}{% endfor %}{% endfor %}",
      "going through the loop variable"
    ),
    ("{% macro f() %}{{ kwargs }}{% endmacro %}", "'kwargs' in a macro"),
    ("{% set (a, b) = [1, 2] %}", "an assignment to several names"),
    ("{{ half + 1 }}", "'+' with a float"),
    ("{{ 2 * half }}", "'*' with a float"),
    ("{{ half - half }}", "'-' with a float"),
    ("{{ half % 1 }}", "'%' with a float"),
    ("{{ -half }}", "'-' with a float"),
    ("{{ 1 + half is divisibleby 2 }}", "'%' with a float"),
    ("{{ strftime_now('%f') }}", "'%f' in the format of a time"),
    ("{{ strftime_now('%s') }}", "'%s' in the format of a time"),
    ("{{ strftime_now('%z') }}", "'%z' in the format of a time"),
    ("{{ strftime_now('%Z') }}", "'%Z' in the format of a time"),
  ]

  @Test(arguments: constructs)
  func `are named`(template: String, feature: String) throws {
    let variables = try #require(try TemplateCaseTests.table.get()["variables"]?.objectValue)
    var given = variables
    given["half"] = 0.5
    let error = #expect(throws: TemplateError.self) {
      try ChatTemplate(source: template).render(
        messages: variables["messages"]?.arrayValue ?? [], addGenerationPrompt: false,
        variables: given)
    }
    #expect(error?.cause == .unsupported(feature))
    #expect(error?.isUnsupported == true)
    #expect(error?.line == 1)
  }
}
