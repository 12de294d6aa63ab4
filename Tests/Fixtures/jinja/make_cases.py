"""Writes cases.json: small templates with what transformers' own Jinja environment makes of them.

    python make_cases.py            (needs transformers and jinja2; see "made_with" in cases.json)

A case has a `template` and either `expected` or `error`: "syntax" (the template does not compile),
"undefined", "raised" (with the `message`), "forbidden" or "other" (any other exception); "address" when
it writes the address of an object.
"""

import json
import pathlib
import platform

import jinja2
import transformers
from jinja2.sandbox import SecurityError
from transformers.utils.chat_template_utils import _compile_jinja_template, render_jinja_template

VARIABLES = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "  Hi there!\n"},
        {"role": "assistant", "content": "<think>\nhm\n</think>\n\nHello."},
        {"role": "user", "content": [{"type": "text", "text": "A"}, {"type": "image"}, {"type": "text", "text": "B"}]},
    ],
    "add_generation_prompt": True,
    "tools": None,
    "documents": None,
    "bos_token": "<s>",
    "eos_token": "</s>",
    "n": 7, "neg": -3, "f": 2.5, "zero": 0, "huge": 9007199254740993,
    "s": "Hello World", "pad": " \t pad \n", "empty": "", "lines": "one\n\ntwo\r\nthree",
    "html": "<a href=\"x\">'&'</a>", "uni": "Straße Ǆ ΑΣ é 你好 👋🏽", "nbsp": "\u00a0\u2003x\u3000", "quote": "it's", "both": "it's \"so\"",
    "control": "a\u0000b\u001f\u007f\u0085\u00ad\u200b\ufeff\U000e0001",
    "l": [3, 1, 2], "mixed": [1, "a", None, True, 2.0, [1, "x"], {"k": "v"}],
    "words": ["b", "A", "c", "a", "B"], "nested": {"a": {"b": [{"c": "deep"}]}},
    "d": {"b": 1, "a": 2, "C": 3}, "methods": {"items": "mine", "get": "got", "x": 1},
    "users": [
        {"name": "Bo", "age": 30, "city": "Ulm", "on": True},
        {"name": "al", "age": 25, "city": "ulm", "on": False},
        {"name": "Cy", "age": 30, "city": "Bonn"},
    ],
    "yes": True, "no": False, "nothing": None,
    "tool": {"type": "function", "function": {"name": "f", "description": "é <b>", "parameters": {"type": "object", "properties": {"x": {"type": "number", "default": 1.0}}, "required": []}}},
}

CASES = r'''
## output and constants
plain text
{{ 1 }}|{{ 1.0 }}|{{ 1e3 }}|{{ 1.5e-7 }}|{{ true }}|{{ True }}|{{ none }}|{{ None }}|{{ false }}
{{ 0x1F }}|{{ 0b101 }}|{{ 0o17 }}|{{ 1_000 }}|{{ 00 }}|{{ 1_0.5_0 }}|{{ 1e16 }}|{{ 123456789012345.0 }}|{{ 1e22 }}|{{ 0.0001 }}|{{ 0.00001 }}
{{ 'a' "b" 'c' }}
{{ 'tab\there' }}|{{ "q\"q" }}|{{ 'it\'s' }}|{{ '\x41\u00e9\U0001f600\101\7' }}|{{ '\q\.' }}|{{ '\é' }}|{{ '\\n' }}
{{ [1, 'a', none, true, 1.5] }}|{{ (1,) }}|{{ () }}|{{ (1, 2) }}|{{ {} }}|{{ {'a': [1, {'b': ()}]} }}|{{ [] }}
{{ 1, 2 }}
{{ [1, 2,] }}|{{ {'a': 1,} }}|{{ (1, 2,) }}
{{ {1: 'a', 1.0: 'b', true: 'c'} }}|{{ {'a': 1, 'b': 2, 'a': 3} }}
{{ uni }}|{{ [uni] }}
{{ [quote, both, pad, control] }}
{{ [1.0, 1e100, -0.0, 1e-5, 123456.789] }}
{{ mixed }}
{{ undefined_name }}|{{ [undefined_name] }}
{{ messages[0] }}
{{ x if n else y }}|{{ 'a' if no }}|{{ 'a' if no else 'b' if yes else 'c' }}
{% print 1, 'a' %}
{{ not }}
{{n}}{{-n}}{{+n}}
{{ "{{ not a tag }} {% nor this %}" }}
{{ '}}' }}{{ '%}' }}
a {{ n -}} b
{{ '' }}{{ none | string }}
## names and errors of syntax
{{ n
{% if yes %}
{% endif %}
{{ 'open }}
{% unknown %}
{% for %}
{{ 1 + }}
{{ (1 }}
{{ 1) }}
{{ [1} }}
{# open
{% raw %} open
{{ a b }}
{% if yes %}{% endfor %}
{% set %}
{% set 1 = 2 %}
{% set none = 2 %}
{% for loop in l %}{% endfor %}
{% for i in l %}{% set loop = 1 %}{% endfor %}
{% break %}
{% macro f( %}{% endmacro %}
{{ 1 if }}
{{ a.1b }}
{{ a. }}
{{ ! }}
{{ x is defined is true }}
{{ f(a=1, 2) }}
{{ f(**a, *b) }}
{{ '\x4' }}
{{ '\u12' }}
{{ n | nosuchfilter }}
{{ n is nosuchtest }}
{% call 1 %}{% endcall %}
{% macro f(a=1, b) %}{% endmacro %}
{% else %}
{% endset %}
{{ a = 1 }}
{{ 1é }}
{{ { }}
{{}}
{%%}
## set
{% set a = 1 %}{{ a }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}
{% set (a, b) = l[:2] %}{{ a }}{{ b }}
{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}
{% set a, b = [1] %}
{% set a = 1, %}{{ a }}
{% set a %}block {{ n }}{% endset %}[{{ a }}]
{% set a | upper %}block {{ n }}{% endset %}[{{ a }}]
{% set a | replace('b', 'c') | trim %} b {% endset %}[{{ a }}]
{% set ns = namespace(x=1) %}{% set ns.x = 2 %}{% set ns.y = 3 %}{{ ns.x }}{{ ns.y }}{{ ns['x'] }}{{ ns.z }}
{% set ns = namespace() %}{% for i in l %}{% set ns.last = i %}{% endfor %}{{ ns.last }}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a + ns.b }}|{{ ns }}
{% set ns = namespace(a=1) %}{% set ns.a, b = 5, 6 %}{{ ns.a }}{{ b }}
{% set ns = namespace(_x=1) %}
{% set ns = namespace() %}{% set ns._x = 1 %}
{% set d.x = 1 %}
{% set nope.x = 1 %}
{% set x = 1 %}{% for i in l %}{% set x = x + i %}{{ x }} {% endfor %}{{ x }}
{% if yes %}{% set x = 5 %}{% endif %}{{ x }}
{% if no %}{% set s = 5 %}{% endif %}{{ s }}
{% for i in [1] %}{% if yes %}{% set n = 99 %}{% endif %}{{ n }}{% endfor %}{{ n }}
{% for i in [1] %}{{ n }}{% endfor %}{% set n = 1 %}{{ n }}
{{ n }}{% for i in [1] %}{{ n }}{% endfor %}{% set n = 1 %}{{ n }}
{% macro m() %}{{ n }}{% endmacro %}{{ m() }}{% set n = 1 %}{{ m() }}
{% macro m() %}{{ late }}{% endmacro %}{{ m() }}{% set late = 1 %}{{ m() }}
{% set n %}{{ n }}{% endset %}[{{ n }}]
{% if no %}{% set n = 1 %}{% endif %}{% for i in [1] %}{{ n }}{% endfor %}
{% if no %}{% set q = 1 %}{% else %}{% set q = 2 %}{% endif %}{{ q }}
{% set messages = messages[1:] %}{{ messages | length }}{{ messages[0].role }}
{% with a = 1, b = n %}{{ a }}{{ b }}{% set c = 3 %}{{ c }}{% endwith %}[{{ a }}{{ c }}]
{% with %}{% set z = 1 %}{{ z }}{% endwith %}{{ z }}
{% with a = 1 %}{% with a = a + 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}{% endwith %}
## for
{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}
{% for i in l %}[{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }}]{% endfor %}
{% for i in l %}{{ loop.previtem is defined }}{{ loop.nextitem is undefined }}{% endfor %}
{% for i in l %}{{ loop.cycle('a', 'b') }}{% endfor %}
{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}
{% for i in [] %}x{% else %}none{% endfor %}
{% for i in l %}{{ i }}{% else %}none{% endfor %}
{% for i in l if i > 1 %}{{ i }}{{ loop.index }}/{{ loop.length }} {% endfor %}
{% for i in l if i > 9 %}x{% else %}none{% endfor %}
{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}
{% for i in l %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for i in [1] %}{% continue %}{% else %}E{% endfor %}
{% for i in [1] %}{% break %}{% else %}E{% endfor %}
{% for i in l %}{% for j in l %}{% if j == 1 %}{% break %}{% endif %}{{ i }}{{ j }} {% endfor %}{% endfor %}
{% for i in l %}{% for j in 'ab' %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}
{% for a, b in [(1, 2), [3, 4]] %}{{ a }}{{ b }};{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}
{% for k in d %}{{ k }}{% endfor %}
{% for k, v in d | items %}{{ k }}={{ v }};{% endfor %}
{% for c in 'héy' %}{{ c }}.{% endfor %}
{% for i in range(3) %}{{ i }}{% endfor %}|{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}
{% for i in 5 %}{% endfor %}
{% for i in none %}{% endfor %}
{% for i in undefined_name %}x{% else %}e{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for i in l %}{% set x = i %}{% endfor %}[{{ x }}]
{% for i in l %}{% endfor %}[{{ i }}][{{ loop }}]
{% for i in l %}{{ loop }}{% endfor %}
{% for m in messages[::-1] %}{{ m.role }} {% endfor %}
{% for i in l %}{% set x %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endset %}{{ x }}{% endfor %}
{% for i in (1, 2) %}{{ i }}{% endfor %}{% for i in 1, 2 %}{{ i }}{% endfor %}
{% for m in messages if m.role == 'user' %}{{ loop.index }}{% endfor %}
{% for i in l %}{{ loop.nosuch }}{% endfor %}
{% for i in l | sort %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}
{% for i in l %}{% if loop.index0 is divisibleby 2 %}{{ i }}{% endif %}{% endfor %}
{% for (a, b) in d.items() %}{{ a }}{{ b }}{% endfor %}
{% for i in l: %}{{ i }}{% endfor %}
## if
{% if n > 5 %}a{% elif n > 3 %}b{% else %}c{% endif %}
{% if no %}a{% elif yes %}b{% else %}c{% endif %}
{% if '' or [] or {} or 0 or 0.0 or none or undefined_name %}t{% else %}f{% endif %}
{% if 'a' and [0] and {'a': 1} and 1 and 0.1 %}t{% endif %}
{% if not no and not nothing %}t{% endif %}
{% if n, 0 %}tuple{% endif %}
{% if yes %}{% if no %}a{% else %}b{% endif %}{% endif %}
## operators
{{ 7 + 2 }}|{{ 7 - 2 }}|{{ 7 * 2 }}|{{ 7 / 2 }}|{{ 7 // 2 }}|{{ 7 % 2 }}|{{ 7 ** 2 }}
{{ -7 // 2 }}|{{ -7 % 3 }}|{{ 7 // -2 }}|{{ 7 % -3 }}|{{ 6 / 3 }}|{{ 2 ** -1 }}|{{ 0 ** 0 }}
{{ 7.5 // 2 }}|{{ -7.5 % 2 }}|{{ 1.5 + 1 }}|{{ 0.1 + 0.2 }}|{{ 1 / 3 }}|{{ 2.0 ** 0.5 }}|{{ -7.5 // 2 }}|{{ 7.5 % -2 }}
{{ -2 ** 2 }}|{{ 2 ** 3 ** 2 }}|{{ 2 - 3 - 4 }}|{{ 2 * 3 + 4 }}|{{ 2 + 3 * 4 }}|{{ (2 + 3) * 4 }}|{{ -n }}|{{ - -n }}|{{ +n }}
{{ true + 1 }}|{{ true * 3 }}|{{ -true }}
{{ 'a' + 'b' }}|{{ 'ab' * 2 }}|{{ 2 * 'ab' }}|{{ [1] + [2] }}|{{ [0] * 3 }}|{{ (1,) + (2,) }}|{{ 'a' * -1 }}|{{ 'x' * true }}
{{ 'a' ~ 1 ~ none ~ true ~ 1.0 ~ undefined_name ~ [1] }}
{{ 1 ~ 2 + 3 ~ 4 }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ [1] + (2,) }}
{{ none + 1 }}
{{ undefined_name + 1 }}
{{ 'a' + undefined_name }}
{{ 1 / 0 }}
{{ 1 % 0 }}
{{ 1.0 // 0 }}
{{ 0 ** -1 }}
{{ 1 < 2 }}|{{ 1 < 2 < 3 }}|{{ 3 > 2 > 2 }}|{{ 1 == 1.0 }}|{{ 1 != 2 }}|{{ 1 <= 1 }}|{{ 2 >= 3 }}|{{ true == 1 }}
{{ huge == 9007199254740992.0 }}|{{ huge > 9007199254740992.0 }}|{{ 1 < 1.5 }}|{{ 2 > 1.5 }}
{{ 'a' < 'b' }}|{{ 'a' < 'B' }}|{{ [1, 2] < [1, 3] }}|{{ (1, 2) < (1, 2, 0) }}|{{ 'é' > 'z' }}
{{ 1 < 'a' }}
{{ none < 1 }}
{{ [1] < (2,) }}
{{ undefined_name < 1 }}
{{ undefined_name == undefined_name }}|{{ undefined_name == none }}|{{ undefined_name != 1 }}|{{ none == none }}
{{ [1, [2, 'a']] == [1.0, [2, 'a']] }}|{{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }}|{{ [1] == (1,) }}|{{ 'a' == 1 }}
{{ 1 in l }}|{{ 9 not in l }}|{{ 'ell' in s }}|{{ 'b' in d }}|{{ 2 in d }}|{{ '' in s }}|{{ none in mixed }}|{{ 'k' in mixed[6] }}
{{ 'user' in ['user', 'x'] and 1 in (1, 2) }}|{{ 'x' in undefined_name }}|{{ 3 in range(5) }}|{{ 'a' in d.keys() }}
{{ 1 in 'a' }}
{{ 'a' in 1 }}
{{ 'a' in none }}
{{ [] in d }}
{{ undefined_name in 'abc' }}
{{ 1 and 2 }}|{{ 0 and 2 }}|{{ 0 or 'x' }}|{{ '' or none }}|{{ not 1 }}|{{ not not 1 }}|{{ not 1 == 2 }}|{{ 1 or x.y }}
{{ 1 if 2 > 1 and not 1 > 2 else 3 }}
{{ 'a' if 'b' in 'abc' else 'c' }}
{{ n is odd and n is not even or no }}
{{ l | length > 2 }}|{{ l | length == 3 and yes }}|{{ 'a' ~ 'b' | upper }}|{{ ('a' ~ 'b') | upper }}|{{ -1 | abs }}|{{ -n | abs }}
{{ -s }}
{{ -undefined_name }}
{{ '%s and %d and %5.2f|%x|%r|%%' % ('a', 7, 3.14159, 255, 'q') }}
{{ '%s' % 'a' }}|{{ '%s' % n }}|{{ '%s' % [1, 2] }}|{{ '%s' % undefined_name }}|{{ '%(b)s-%(a)03d' % d }}
{{ '[%5s][%-5s][%05d][%+d][% d][%-5d]' % ('a', 'b', 42, 42, 42, 42) }}|{{ '%.3s' % 'abcdef' }}|{{ '%5.1f|%-8.2f|%08.3f|%+.1f' % (2.25, 1.5, -3.14159, 2) }}
{{ '%e|%g|%g|%G|%.3e' % (12345.678, 0.00001, 123456789, 1e-10, 5) }}|{{ '%o|%X|%#x|%#o' % (8, 255, 255, 8) }}|{{ '%c%c' % ('a', 98) }}|{{ '%*d' % (5, 42) }}|{{ '%-*d|' % (5, 42) }}|{{ '%.5d' % 42 }}|{{ '%i' % 3.9 }}
{{ '%s %s' % 'a' }}
{{ '%s' % ('a', 'b') }}
{{ 'abc' % 1 }}
{{ '%d' % 'a' }}
{{ '%(x)s' % 1 }}
{{ '%(nope)s' % d }}
{{ '%z' % 1 }}
{{ '%' % 1 }}
{{ 'a' % () }}|{{ 'a' % {} }}|{{ 'a' % [] }}
## attributes, items, slices
{{ d.a }}|{{ d['a'] }}|{{ d.nope }}|{{ d['nope'] }}|{{ nested.a.b[0].c }}|{{ nested['a']['b'][0]['c'] }}
{{ d.nope.deeper }}
{{ undefined_name.x }}
{{ undefined_name['x'] }}
{{ undefined_name() }}
{{ none.x }}|{{ n.x }}|{{ s.nope }}|{{ none['x'] }}
{{ none.x.y }}
{{ l[0] }}|{{ l[-1] }}|{{ l[9] }}|{{ l.0 }}|{{ l['0'] }}|{{ s[0] }}|{{ s[-1] }}|{{ s[99] }}|{{ uni[4] }}|{{ l[true] }}
{{ l[0:2] }}|{{ l[:1] }}|{{ l[1:] }}|{{ l[:] }}|{{ l[::-1] }}|{{ l[::2] }}|{{ l[-2:] }}|{{ l[5:] }}|{{ l[2:0:-1] }}|{{ s[1:4] }}|{{ s[::-1] }}|{{ s[-3:] }}|{{ (1, 2, 3)[1:] }}|{{ l[none:none] }}|{{ s[100:] }}|{{ s[-100:3] }}|{{ s[5:2] }}|{{ s[:-100:-2] }}
{{ l[::0] }}
{{ l['a':] }}
{{ undefined_name[1:] }}
{{ d[1:] }}
{{ n[1:] }}
{{ messages[0]['role'] }}|{{ messages[-1].content[0].text }}|{{ messages[1].content | trim }}
{{ methods.items }}|{{ methods['items'] }}|{{ methods.x }}|{{ methods['nope'] }}
{{ d.__class__ }}|{{ s.__class__ }}|{{ l.append }}|{{ d.update }}|{{ l.append is defined }}
{{ d.__class__.__mro__ }}
{{ l.append(1) }}
{{ d.update({}) }}
{{ d.pop('a') }}
{{ messages.append({}) }}
{{ n() }}
{{ s.nope() }}
{{ d[[]] }}|{{ d[none] }}|{{ {none: 1}[none] }}|{{ {1: 'x'}[1] }}|{{ {1: 'x'}[true] }}|{{ {(1, 2): 'x'}[1, 2] }}
{{ 'abc'['upper']() }}
{{ {[]: 1} }}
{{ range(3) }}|{{ range(1, 9, 2) }}|{{ range(3)[1] }}|{{ range(3)[-1] }}|{{ range(3)[7] }}|{{ range(3) == range(0, 3, 1) }}|{{ range(0) | list }}|{{ range(3) | length }}
{{ range(100001) }}
{{ range(100000) | length }}
{{ range(0, 10, 0) }}
{{ range('a') }}
{{ range() }}
## dict and list methods
{{ d.get('a') }}|{{ d.get('x') }}|{{ d.get('x', 5) }}|{{ d.keys() }}|{{ d.values() }}|{{ d.items() }}|{{ d.keys() | list }}|{{ d.copy() }}|{{ d.items() | list }}
{{ d.get([]) }}
{{ d.get() }}
{{ d.keys() == d.copy().keys() }}|{{ d.keys() | length }}|{{ d.keys()[0] }}|{{ 'a' in d.values() }}
{{ l.index(1) }}|{{ l.count(3) }}|{{ l.copy() }}|{{ (1, 2, 1).count(1) }}|{{ (1, 2).index(2) }}|{{ l.index(2, 1) }}
{{ l.index(9) }}
{{ dict(a=1, b=2) }}|{{ dict({'x': 1}, y=2) }}|{{ dict([('k', 'v')]) }}|{{ dict() }}
{{ dict(1) }}
{{ dict([(1, 2, 3)]) }}
## string methods
{{ pad.strip() }}|{{ pad.lstrip() }}|{{ pad.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}|{{ 'abcba'.rstrip('ab') }}|{{ nbsp.strip() }}|{{ 'a'.strip(none) }}|{{ ''.strip() }}|{{ 'x'.strip('') }}
{{ 'a,b,,c'.split(',') }}|{{ 'a,b,c'.split(',', 1) }}|{{ '  a  b '.split() }}|{{ '  a  b c '.split(none, 1) }}|{{ ''.split() }}|{{ ''.split(',') }}|{{ 'abab'.split('b') }}|{{ 'a--b--c'.split('--', maxsplit=1) }}|{{ 'a b'.split(' ', 0) }}|{{ ' a b '.split(none, 0) }}
{{ 'a,b,c'.rsplit(',', 1) }}|{{ ' a b  c '.rsplit(none, 1) }}|{{ 'aXXbXXc'.rsplit('XX') }}|{{ 'a.b.c'.rsplit('.', maxsplit=1)[-1] }}|{{ 'aaa'.rsplit('aa') }}
{{ 'a'.split('') }}
{{ 'a'.split(1) }}
{{ lines.splitlines() }}|{{ lines.splitlines(true) }}|{{ ''.splitlines() }}|{{ 'a\u2028b\x0bc\x1cd'.splitlines() }}|{{ 'a\n'.splitlines() }}
{{ s.startswith('Hell') }}|{{ s.startswith(('x', 'H')) }}|{{ s.endswith('ld') }}|{{ s.startswith('World', 6) }}|{{ s.endswith('Hello', 0, 5) }}|{{ s.startswith('') }}|{{ s.startswith('', 99) }}|{{ s.endswith(('a', 'd')) }}
{{ s.startswith(1) }}
{{ s.startswith(['H']) }}
{{ s.replace('l', 'L') }}|{{ s.replace('l', 'L', 1) }}|{{ 'abc'.replace('', '-') }}|{{ 'abc'.replace('', '-', 2) }}|{{ 'aaa'.replace('aa', 'b') }}|{{ s.replace('x', '') }}|{{ ''.replace('', 'x') }}
{{ s.upper() }}|{{ s.lower() }}|{{ uni.upper() }}|{{ uni.lower() }}|{{ uni.title() }}|{{ 'hello wORLD it\'s'.title() }}|{{ 'hELLO'.capitalize() }}|{{ 'ǆa'.capitalize() }}|{{ 'aBc ß'.swapcase() }}|{{ 'ΑΣ ΣΑ Σ'.lower() }}
{{ s.find('o') }}|{{ s.find('o', 5) }}|{{ s.find('z') }}|{{ s.rfind('o') }}|{{ s.rfind('o', 0, 5) }}|{{ s.index('W') }}|{{ s.count('l') }}|{{ s.count('') }}|{{ s.count('l', 4) }}|{{ uni.find('好') }}|{{ 'abc'.find('', 4) }}|{{ 'abc'.find('', 3) }}|{{ 'abc'.rfind('') }}|{{ 'aaaa'.count('aa') }}|{{ s.find('l', -3) }}|{{ s.rindex('l') }}
{{ s.index('z') }}
{{ ', '.join(['a', 'b']) }}|{{ ''.join('abc') }}|{{ '-'.join(d) }}|{{ 'x'.join([]) }}|{{ ', '.join(words | map('upper')) }}
{{ ', '.join([1]) }}
{{ ', '.join(1) }}
{{ 'abc'.isalpha() }}|{{ 'ab1'.isalnum() }}|{{ '12'.isdigit() }}|{{ '²'.isdigit() }}|{{ '²'.isdecimal() }}|{{ '½'.isnumeric() }}|{{ ' \n'.isspace() }}|{{ 'Ab'.istitle() }}|{{ 'AB'.isupper() }}|{{ 'ab1'.islower() }}|{{ ''.isalpha() }}|{{ 'é'.isascii() }}|{{ ''.isascii() }}|{{ 'a b'.isidentifier() }}|{{ '_a1'.isidentifier() }}|{{ 'a\n'.isprintable() }}|{{ '1'.isupper() }}|{{ '你'.isalpha() }}
{{ 'prefix-x'.removeprefix('prefix-') }}|{{ 'x.txt'.removesuffix('.txt') }}|{{ 'x'.removesuffix('') }}|{{ 'x'.removeprefix('y') }}
{{ 'a=b=c'.partition('=') }}|{{ 'a=b=c'.rpartition('=') }}|{{ 'abc'.partition('=') }}|{{ 'abc'.rpartition('=') }}
{{ '7'.zfill(3) }}|{{ '-7'.zfill(4) }}|{{ 'a'.center(5, '*') }}|{{ 'ab'.center(5) }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '.') }}|{{ 'a\tb'.expandtabs(4) }}|{{ 'abc'.center(2) }}|{{ 'a'.center(4) }}
{{ 'a'.center(5, 'ab') }}
{{ '{} {}'.format('a', 1) }}|{{ '{1} {0}'.format('a', 'b') }}|{{ '{x}-{y[0]}-{z.a}'.format(x=1, y=[2], z={'a': 3}) }}|{{ '{{}}'.format() }}|{{ '{!r}'.format('q') }}|{{ '{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd') }}|{{ '{:.2f}'.format(3.14159) }}|{{ '{:05d}|{:+d}|{:x}|{:#X}|{:b}|{:,}|{:_}'.format(42, 42, 255, 255, 5, 1234567, 1234567) }}|{{ '{:.1%}'.format(0.256) }}|{{ '{:10.3f}|{:e}|{:g}'.format(2.5, 12345.0, 0.5) }}|{{ '{:{w}}|'.format('a', w=4) }}|{{ '{:.3}'.format('abcdef') }}|{{ '{}'.format([1]) }}|{{ '{:,.2f}'.format(1234567.891) }}|{{ '{:.3}|{:.3}|{:.2}|{:.1}'.format(123.456, 1.0, 1234.5, 0.00001) }}
{{ '{a}'.format_map({'a': 5}) }}|{{ '{:s}|{:d}'.format('x', true) }}|{{ '{}|{:>6}'.format(true, 1.5) }}|{{ '{:c}'.format(97) }}|{{ '{0}{0}'.format('x') }}|{{ '{:<05}|{:=+6}'.format(3, 4) }}|{{ '{}'.format(none) }}
{{ '{} {}'.format('a') }}
{{ '{x}'.format() }}
{{ '{0} {}'.format(1, 2) }}
{{ '{:d}'.format('a') }}
{{ '{:>5}'.format([1]) }}
{{ '{'.format() }}
{{ '}'.format() }}
{{ '{:q}'.format(1) }}
{{ '{0.__class__}'.format(1) }}
{{ '{:05}|{:>05}|{:x<05}|{:^05}|{:05.1f}|{:-^7}'.format(-3, 'a', 4, 5, 2.25, 'q') }}
{{ '{:=5}'.format('a') }}
{{ s.upper(1) }}
{{ s.nosuchmethod }}
## filters on text
{{ pad | trim }}|{{ 'xax' | trim('x') }}|{{ n | trim }}|{{ none | trim }}|{{ undefined_name | trim }}|{{ [1] | trim }}
{{ s | upper }}|{{ s | lower }}|{{ 'hello wORLD-foo (bar) [baz] <q> it\'s' | title }}|{{ 'hELLO wORLD' | capitalize }}|{{ n | upper }}|{{ none | lower }}
{{ s | replace('o', '0') }}|{{ s | replace('o', '0', 1) }}|{{ 123 | replace(2, 'x') }}|{{ s | replace(old='l', new='') }}
{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb\n\nc' | indent(2, true) }}|{{ 'a\nb\n\nc' | indent(2, blank=true) }}|{{ 'a\nb' | indent('> ', first=true) }}|{{ '' | indent }}|{{ 'a\n' | indent(first=true) }}
{{ 5 | indent }}
{{ l | truncate(3) }}|{{ d | truncate(5) }}|{{ nope | truncate(2, true, '') }}
{{ words | truncate(1, true, '', 0) }}
[{{ nope | last }}]|{{ nope is callable }}|{{ 'x' is callable }}|{{ range is callable }}
{{ '' % nope }}|{{ 'a%s' % nope }}|{{ '' % l }}|{{ '' % d }}
{{ 'a%(x)s' % nope }}
{{ '' % d.items() }}
{{ '' % 1 }}
{{ l is filter }}
{{ d is test }}|{{ 'eq' is test }}
{{ [('ab' | safe) | first, ('ab' | safe) | last, ('ab' | safe)[0]] }}|{{ ('ab' | safe) | list }}|{{ ('ba' | safe) | sort }}|{% for c in 'ab' | safe %}{{ [c] }}{% endfor %}
{{ s | center(20) }}|{{ s | truncate(5) }}|{{ s | truncate(8, true) }}|{{ s | truncate(5, true, '..', 0) }}|{{ 'foo bar baz qux' | truncate(9) }}|{{ 'foo bar baz qux' | truncate(11, false, '...', 0) }}
{{ '%s-%d' | format('a', 2) }}|{{ '%(x)s' | format(x=1) }}|{{ 'a b  c-d_e é' | wordcount }}
{{ '%s' | format }}
{{ html | e }}|{{ html | escape }}|{{ html | safe }}|{{ html | forceescape }}|{{ html | e | e }}|{{ html | e | forceescape }}|{{ 5 | e }}
{{ ('<' | e) ~ '<b>' }}|{{ ('<' | safe) + '<b>' }}|{{ '<b>' + ('<' | safe) }}|{{ [html | safe] }}|{{ ('a' | safe) == 'a' }}|{{ ('<' | safe) * 2 }}|{{ ('ab' | safe)[0] + '<' }}|{{ ('a' | safe | upper) + '<' }}|{{ ('a' | safe).upper() + '<' }}|{{ ('a' | safe) is string }}|{{ ('a' | safe) is escaped }}|{{ 'a' is escaped }}|{{ ('<' | safe | replace('a', 'b')) + '<' }}|{{ ('<' | safe | trim) + '<' }}|{{ ('< >' | safe).split()[0] + '<' }}|{{ (html | safe) | length }}|{{ (html | safe) | tojson }}
{{ none | string }}|{{ 1.0 | string }}|{{ [1, 'a'] | string }}|{{ undefined_name | string | length }}
{{ 'abc' | reverse }}|{{ 'abc' | list }}|{{ 'abc' | first }}|{{ 'abc' | last }}|{{ 'abc' | length }}|{{ uni | length }}
## default
{{ undefined_name | default('x') }}|{{ undefined_name | d('x') }}|{{ '' | default('x') }}|{{ '' | default('x', true) }}|{{ none | default('x') }}|{{ none | d('x', boolean=true) }}|{{ d.nope | default('y') }}|{{ undefined_name | default }}|{{ 0 | default(5, true) }}|{{ undefined_name | default(default_value=[1]) }}
{{ undefined_name.x | default('x') }}
## filters on numbers
{{ -5 | abs }}|{{ -2.5 | abs }}|{{ true | abs }}|{{ neg | abs }}
{{ 'a' | abs }}
{{ undefined_name | abs }}
{{ '42' | int }}|{{ '42.9' | int }}|{{ 'x' | int }}|{{ 'x' | int(7) }}|{{ 3.99 | int }}|{{ -3.99 | int }}|{{ none | int }}|{{ ' 12 ' | int }}|{{ '0x1A' | int(0, 16) }}|{{ '101' | int(base=2) }}|{{ '1_000' | int }}|{{ true | int }}|{{ [] | int(5) }}|{{ '' | int }}|{{ '-7' | int }}|{{ '1e3' | int }}|{{ '1__0' | int }}|{{ '0b11' | int(0, 0) }}|{{ '010' | int(0, 0) }}
{{ undefined_name | int }}
{{ '1.5' | float }}|{{ 'x' | float }}|{{ 'x' | float(2.5) }}|{{ 3 | float }}|{{ none | float }}|{{ '1e3' | float }}|{{ ' .5 ' | float }}|{{ '1.' | float }}|{{ 'inf' | float }}|{{ '-Infinity' | float }}|{{ 'nan' | float }}|{{ '1_0' | float }}|{{ 'infinite' | float }}|{{ '.' | float }}|{{ '1.e2' | float }}
{{ 2.5 | round }}|{{ 3.5 | round }}|{{ 42.55 | round(1) }}|{{ 42.55 | round(1, 'floor') }}|{{ 42.51 | round(1, 'ceil') }}|{{ 7 | round }}|{{ 2.675 | round(2) }}|{{ -2.5 | round }}|{{ 1234.5 | round(-2) }}|{{ 42.55 | round | int }}|{{ 5 | round(1) }}|{{ 5 | round(0, 'ceil') }}
{{ 'a' | round }}
{{ 1 | round(0, 'up') }}
{{ l | sum }}|{{ [] | sum }}|{{ users | sum(attribute='age') }}|{{ l | sum(start=10) }}|{{ [1.5, 2] | sum }}|{{ [[1], [2]] | sum(start=[]) }}
{{ ['a'] | sum }}
{{ l | min }}|{{ l | max }}|{{ words | min }}|{{ words | max }}|{{ words | min(true) }}|{{ words | max(case_sensitive=true) }}|{{ [] | min }}|{{ (users | max(attribute='age')).name }}|{{ 'bca' | min }}|{{ [] | max is undefined }}
{{ [1, 'a'] | max }}
## filters on sequences
{{ l | length }}|{{ l | count }}|{{ d | length }}|{{ d.items() | length }}|{{ undefined_name | length }}|{{ (1, 2) | length }}
{{ n | length }}
{{ none | length }}
{{ l | map('string') | length }}
{{ l | first }}|{{ l | last }}|{{ [] | first }}|{{ [] | last }}|{{ d | first }}|{{ d | last }}|{{ (1, 2) | last }}|{{ l | reverse | first }}|{{ l | map('string') | first }}|{{ range(5) | last }}|{{ undefined_name | first }}|{{ [] | first is defined }}
{{ n | first }}
{{ l | map('string') | last }}
{{ l | join }}|{{ l | join(', ') }}|{{ users | join('+', attribute='name') }}|{{ 'abc' | join('-') }}|{{ [none, true, 1.0] | join(' ') }}|{{ l | join(1) }}|{{ d | join(',') }}|{{ [] | join(',') }}|{{ undefined_name | join(',') }}|{{ users | map(attribute='age') | join('/') }}|{{ ['<', '<' | safe] | join('&') }}
{{ n | join }}
{{ l | list }}|{{ d | list }}|{{ (1, 2) | list }}|{{ d.items() | list }}|{{ undefined_name | list }}|{{ d | items | list }}|{{ undefined_name | items | list }}
{{ l | items }}
{{ l | items | list }}
{{ l | reverse | list }}|{{ range(3) | reverse | list }}|{{ d | reverse | list }}|{{ d.items() | reverse | list }}|{{ l | map('string') | reverse }}
{{ n | reverse }}
{{ l | sort }}|{{ l | sort(true) }}|{{ words | sort }}|{{ words | sort(case_sensitive=true) }}|{{ words | sort(reverse=true) }}|{{ users | sort(attribute='age') | map(attribute='name') | join }}|{{ users | sort(attribute='age,name') | map(attribute='name') | join }}|{{ users | sort(attribute='city', reverse=true) | map(attribute='name') | join }}|{{ d | sort }}|{{ 'hello' | sort | join }}|{{ [true, 0, 2.5] | sort }}|{{ [(2, 'a'), (1, 'b')] | sort }}
{{ [1, 'a'] | sort }}
{{ [none, none] | sort }}
{{ [{}, {}] | sort }}
{{ words | unique | list }}|{{ words | unique(true) | list }}|{{ users | unique(attribute='age') | map(attribute='name') | list }}|{{ [1, 1.0, true, 2] | unique | list }}
{{ [[1]] | unique | list }}
{{ d | dictsort }}|{{ d | dictsort(true) }}|{{ d | dictsort(by='value', reverse=true) }}|{{ d | dictsort(false, 'value') }}
{{ d | dictsort(by='nope') }}
{{ l | dictsort }}
{{ [1, 2, 3, 4, 5] | batch(2) | list }}|{{ [1, 2, 3] | batch(2, 0) | list }}|{{ [1, 2, 3, 4, 5] | slice(2) | list }}|{{ [1, 2, 3] | slice(2, 'x') | list }}|{{ [] | batch(2) | list }}|{{ [1] | slice(3) | list }}
{% for city, group in users | groupby('city') %}{{ city }}:{{ group | map(attribute='name') | join(',') }};{% endfor %}|{% for g in users | groupby('age') %}{{ g.grouper }}{{ g.list | length }}{{ g[0] }}{% endfor %}|{{ (users | groupby('age'))[0].grouper }}|{% for k, v in users | groupby('city', case_sensitive=true) %}{{ k }}{{ v | length }}{% endfor %}|{% for k, v in users | groupby('on', default=false) %}{{ k }}{{ v | length }}{% endfor %}
{{ users | groupby('age') | first }}
{{ words | map('upper') | list }}|{{ words | map('upper') | join }}|{{ users | map(attribute='name') | list }}|{{ users | map(attribute='nope') | list }}|{{ users | map(attribute='nope', default='-') | list }}|{{ [[1, 2], [3]] | map('first') | list }}|{{ [[1, 2]] | map(attribute=1) | list }}|{{ ['a b'] | map('replace', ' ', '_') | list }}|{{ [nested] | map(attribute='a.b.0.c') | list }}|{{ undefined_name | map('upper') | list }}|{{ [3, 4] | map('string') | map('indent', width=2, first=true) | list }}
{{ words | map | list }}
{{ words | map('nosuch') | list }}
{{ words | map(attribute='x', nope=1) | list }}
{{ [1, 2, 3, 4] | select('odd') | list }}|{{ [0, 1, '', 'a', none] | select | list }}|{{ [1, 2, 3] | reject('gt', 1) | list }}|{{ [1, none] | reject('none') | list }}|{{ [1, 2] | select('in', [2, 3]) | list }}|{{ words | select('equalto', 'A') | list }}|{{ [1, 'a'] | select('string') | first }}
{{ users | selectattr('on') | map(attribute='name') | list }}|{{ users | selectattr('age', 'equalto', 30) | map(attribute='name') | list }}|{{ users | rejectattr('on') | map(attribute='name') | list }}|{{ users | selectattr('on', 'defined') | list | length }}|{{ users | rejectattr('age', '>', 26) | map(attribute='name') | list }}|{{ messages | selectattr('role', 'equalto', 'user') | list | length }}|{{ messages | rejectattr('role', 'eq', 'system') | map(attribute='role') | join(',') }}|{{ messages | selectattr('role', 'in', ['system', 'user']) | list | last | length }}
{{ l | select('nosuch') | list }}
{{ users | selectattr | list }}
{% set g = l | map('string') %}{{ g | list }}{{ g | list }}
{% set g = l | reverse %}{{ g | first }}{{ g | list }}{{ g | list }}
{{ l | map('string') }}
{{ users | attr('x') }}|{{ s | attr('upper') is callable }}|{{ d | attr('a') }}
## tojson
{{ mixed | tojson }}|{{ d | tojson }}|{{ uni | tojson }}|{{ control | tojson }}|{{ html | tojson }}|{{ none | tojson }}|{{ 1.0 | tojson }}|{{ 1e100 | tojson }}|{{ [] | tojson }}|{{ {} | tojson }}|{{ (1, 2) | tojson }}
{{ tool | tojson }}
{{ tool | tojson(indent=4) }}
{{ tool | tojson(indent=2, sort_keys=true) }}
{{ {'b': [1, {}], 'a': []} | tojson(indent=1) }}|{{ [1, 2] | tojson(indent=0) }}|{{ [1] | tojson(indent='\t') }}|{{ {'a': 1} | tojson(separators=(',', ':')) }}|{{ {'a': [1, 2]} | tojson(indent=2, separators=(', ', ' : ')) }}|{{ uni | tojson(ensure_ascii=true) }}|{{ control | tojson(true) }}
{{ {1: 'a', none: 'b', 1.5: 'c', true: 'd', false: 'e'} | tojson }}|{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }}
{{ {(1, 2): 'a'} | tojson }}
{{ undefined_name | tojson }}
{{ [undefined_name] | tojson }}
{{ range(3) | tojson }}
{{ {1: 1, 'a': 2} | tojson(sort_keys=true) }}
{{ ('nan' | float) | tojson }}|{{ ['inf' | float, '-inf' | float] | tojson }}
{{ d.items() | list | tojson }}|{{ tools | tojson }}|{{ 'a\'b"c\\d/e' | tojson }}
## tests
{{ n is defined }}|{{ undefined_name is defined }}|{{ undefined_name is undefined }}|{{ nothing is defined }}|{{ nothing is none }}|{{ n is not none }}|{{ d.x is defined }}|{{ d.a is defined }}|{{ tools is defined }}|{{ tools is none }}
{{ s is string }}|{{ n is string }}|{{ n is number }}|{{ f is number }}|{{ true is number }}|{{ n is integer }}|{{ true is integer }}|{{ f is float }}|{{ n is float }}|{{ true is boolean }}|{{ n is boolean }}
{{ d is mapping }}|{{ l is mapping }}|{{ l is iterable }}|{{ s is iterable }}|{{ n is iterable }}|{{ d is iterable }}|{{ l is sequence }}|{{ s is sequence }}|{{ d is sequence }}|{{ n is sequence }}|{{ (1,) is sequence }}|{{ none is iterable }}|{{ undefined_name is iterable }}|{{ undefined_name is sequence }}|{{ range(2) is sequence }}|{{ d.items() is sequence }}|{{ d.items() is iterable }}|{{ l | map('string') is iterable }}|{{ d.items() is mapping }}
{{ true is true }}|{{ 1 is true }}|{{ false is false }}|{{ 0 is false }}|{{ 3 is odd }}|{{ 4 is even }}|{{ 6 is divisibleby 3 }}|{{ 6 is divisibleby(4) }}|{{ -3 is odd }}
{{ 1 is eq 1 }}|{{ 1 is equalto 2 }}|{{ 1 is == 1 }}
{{ 1 is ne 2 }}|{{ 1 is lt 2 }}|{{ 1 is gt(2) }}|{{ 1 is ge 1 }}|{{ 1 is le 0 }}|{{ 1 is greaterthan 0 }}|{{ 1 is lessthan 0 }}|{{ 'a' is in ['a'] }}|{{ 'a' is not in 'abc' }}|{{ 1 is in(l) }}
{{ 'abc' is lower }}|{{ 'ABC' is upper }}|{{ 'Abc' is lower }}|{{ 1 is upper }}
{{ none is sameas none }}|{{ true is sameas true }}|{{ 1 is sameas true }}|{{ range is callable }}|{{ s.upper is callable }}|{{ n is callable }}|{{ 'upper' is filter }}|{{ 'nosuch' is filter }}|{{ 'odd' is test }}|{{ 'nosuch' is test }}
{{ 'a' is odd }}
{{ undefined_name is odd }}
{{ 1 is divisibleby 0 }}
{{ 'x' if n is defined else 'y' }}|{{ n is defined and s is string }}|{{ not n is defined }}|{{ n is defined | string }}
{{ n is none or s is none }}|{{ messages[0].role is eq 'system' }}|{{ messages[-1].content is string }}|{{ messages[-1].content is not string }}|{{ messages[-1].content is iterable and messages[-1].content is not mapping }}
## macros, calls, filter blocks
{% macro f(a, b=2) %}[{{ a }}|{{ b }}]{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=5, a=4) }}{{ f() }}
{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}
{% macro f(a) %}{{ a is defined }}{% endmacro %}{{ f() }}{{ f(none) }}
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(c=2) }}
{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, x=3) }}
{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, x=3) }}
{% macro f() %}x{% endmacro %}{{ f() | upper }}{{ f() ~ f() }}{{ f }}{{ f.name }}
{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}
{% macro f() %}{% set x = 5 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ f() }}{{ x }}
{% macro f() %}{{ m }}{% endmacro %}{% for m in l %}{{ f() }}{% endfor %}
{% for m in l %}{% macro f() %}{{ m }}{{ loop.index }}{% endmacro %}{{ f() }}{% endfor %}
{{ f() }}{% macro f() %}x{% endmacro %}
{% macro f(x) -%}  {{ x }}  {%- endmacro %}[{{ f('a') }}]
{% macro f() %}<{{ caller() }}>{% endmacro %}{% call f() %}body {{ n }}{% endcall %}
{% macro f() %}{% for i in l %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(i) f() %}({{ i }}){% endcall %}
{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}
{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}
{% macro f(caller=none) %}{{ caller is none }}{% endmacro %}{{ f() }}
{% macro f(a=[]) %}{{ a }}{% endmacro %}{{ f([1]) }}{{ f() }}
{% macro f(*a) %}{% endmacro %}
{% macro outer() %}{% macro inner() %}i{% endmacro %}o{{ inner() }}{% endmacro %}{{ outer() }}
{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(*[1, 2]) }}{{ f(**{'a': 3, 'b': 4}) }}{{ f(*(5,), **{'b': 6}) }}
{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(1, a=2) }}
{% filter upper %}abc {{ s }}{% endfilter %}|{% filter replace('a', 'b') | upper %}aaa{% endfilter %}|{% filter trim %}  x  {% endfilter %}
{% filter upper %}{% set q = 1 %}{{ q }}{% endfilter %}[{{ q }}]
{% set j = joiner('|') %}{{ j() }}{{ j() }}{{ j() }}|{% set k = joiner() %}{{ k() }}{{ k() }}
{% macro render(x, depth=0) %}{% if x is mapping %}{% for k, v in x.items() %}{{ k }}:{{ render(v, depth + 1) }};{% endfor %}{% elif x is iterable and x is not string %}{% for v in x %}{{ render(v) }},{% endfor %}{% else %}{{ x }}@{{ depth }}{% endif %}{% endmacro %}{{ render(nested) }}
## generation, exceptions, time
a{% generation %}b{{ n }}{% endgeneration %}c
{%- generation -%}  b  {%- endgeneration -%}
{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% endif %}{% endfor %}
{% generation %}{% set x = 1 %}{{ x }}{% endgeneration %}[{{ x }}]
{{ raise_exception('no system') }}
{{ raise_exception('n is ' ~ n) }}
{% if no %}{{ raise_exception('x') }}{% endif %}ok
{{ raise_exception() }}
{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%Y-%m-%d %H:%M:%S') }}|{{ strftime_now('%A %B %-d, %j %U %w %y %I %p %%') }}|{{ strftime_now('%e %k %l %D %F %T %R %C %h %n%t') }}|{{ strftime_now('%a %c %x %X %G %V %u %f [%z%Z]') }}|{{ strftime_now('') }}|{{ strftime_now('é %d') }}
{{ strftime_now }}
{{ strftime_now(1) }}
{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% endif %}
{% do l.append(1) %}
{% import 'x' as y %}
{% include 'x' %}
{% extends 'x' %}
{% trans %}x{% endtrans %}
'''


def cases():
    for block in CASES.split("\n## "):
        title, _, body = block.strip("\n").partition("\n")
        yield from ((title.removeprefix("## "), line) for line in body.split("\n"))
    yield from (("white space", text) for text in SPACE_CASES)


SPACE_CASES = [
    "a\n{% if yes %}\nb\n{% endif %}\nc",
    "  {% if yes %}\n    b\n  {% endif %}\nc\n",
    "a  {%- if yes -%}   b   {%- endif -%}   c",
    "a\n   {%+ if yes %} b {% endif %}\nc",
    "a {% if yes +%}\nb {% endif +%}\nc",
    "a  {{- n -}}  b", "a\n\n {{- n -}} \n\n b", "a {{ n }} b\n", "a {{ n }}\n\n", "a\n\n\n",
    "x {# comment #}\ny", "  {# comment #}\ny", "x {#- comment -#}  y", "x {#+ c +#}\n z",
    "a{# {{ n }} {% if %} #}b", "x\n  {#+ c #}\ny", "{#-#}", "{##}a", "{# a #} {# b #}\nc",
    "{% raw %}{{ n }} {% if %}{% endraw %}\nb", "{%- raw -%}  {{ x }}  {%- endraw -%}  c",
    "  {% raw %}\n  x\n  {% endraw %}\ny", "{% raw %}\nx{% endraw +%}\ny", "a {%- raw %} x {%+ endraw %} b",
    "{% raw %}{% raw %}{% endraw %}", "{%raw%}{{{%endraw%}",
    "{% set x = 1 %}\n\n{{ x }}", "a\n{{ n }}\nb", "\u00a0 {%- if yes %}x{% endif -%} \u00a0y",
    "{% for i in l %}\n- {{ i }}\n{% endfor %}\nend", "{%- for i in l %}\n  {{- i }}\n{%- endfor %}\n",
    "text {% set a = 1 %} text", "{% set a = 1 -%}\n\n\nafter", "\t{% if yes %}tab{% endif %}",
    "a\r\n{% if yes %}\r\nb\r\n{% endif %}\r\nc\r\n", "a\rb\r\n", "{{ 'a\r\nb' }}", "\r\n", "\n", "",
    "{% if yes %} \n x{% endif %}", "a {% if yes %} \n{% endif %} b", "{% if yes %}\n\nx{% endif %}\n\ny",
    "  {{ n }}  \n  {{ n }}", "x\n \u00a0{% if yes %}y{% endif %}", "x\n \u2028{% if yes %}y{% endif %}",
    "{% if yes -%}\n  {% if yes %}a{% endif %}\n{%- endif %}", "{{ n }}{% if yes %}\n{% endif %}\nz",
    "{{ n -}}\n  {% if yes %}a{% endif %}", "{# c -#}\n  {% if yes %}a{% endif %}", "x{% if yes %}\n   {% endif %}y",
    "{{-n-}}", "{{- n -}}\n", "{%-if yes-%} a {%-endif-%}", "a{%- if yes %}\n  {%- endif %}\nb",
    "{% if yes %}a{% endif %}\n{% if yes %}b{% endif %}\n", "{{ '\n' }}{% if yes %}x{% endif %}",
    "{ {{ n }} } {% raw %}}}{% endraw %} {{ '{{' }}", "{%\tif\nyes\t%}a{%endif%}", "a{%- set x -%}  b  {%- endset -%}  {{ x }}",
    "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ {'a': {}} }}", "{{{'a': 1}.a}}", "100%} }} #}", "{ % if %}", "{", "a{", "{{ '#}' }}{# '}}' #}",
    "{{ 'a\\\nb' }}", "{{\nn\n}}", "{% macro f(x) %}\n  a{{ x }}\n{% endmacro %}\n[{{ f(1) }}]",
]


def render(template):
    try:
        compiled = _compile_jinja_template(template)
    except jinja2.TemplateSyntaxError:
        return {"error": "syntax"}
    except Exception:
        return {"error": "syntax"}
    try:
        text = compiled.render(**VARIABLES)
        # An object without a text of its own shows its address, which no template can want.
        return {"error": "address"} if " at 0x" in text else {"expected": text}
    except SecurityError:
        return {"error": "forbidden"}
    except jinja2.UndefinedError:
        return {"error": "undefined"}
    except jinja2.TemplateRuntimeError:
        return {"error": "other"}
    except jinja2.TemplateError as error:
        return {"error": "raised", "message": str(error)}
    except Exception:
        return {"error": "other"}


def fixed_clock():
    import datetime

    import transformers.utils.chat_template_utils as utils

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2024, 7, 26, 12, 34, 56)

    utils.datetime = Clock


def main():
    fixed_clock()
    table = []
    for group, template in cases():
        table.append({"group": group, "template": template, **render(template)})
    models = []
    for path in sorted(pathlib.Path(__file__).with_name("templates").glob("*.jinja")):
        models += model_cases(path)
    made_with = f"transformers {transformers.__version__}, jinja2 {jinja2.__version__}, Python {platform.python_version()}"
    here = pathlib.Path(__file__)
    text = json.dumps({"made_with": made_with, "variables": VARIABLES, "cases": table}, indent=1)
    here.with_name("cases.json").write_text(text + "\n")
    text = json.dumps({"made_with": made_with, "tools": TOOLS, "conversations": CONVERSATIONS, "cases": models}, indent=1)
    here.with_name("model_cases.json").write_text(text + "\n")
    print(len(table), "small cases,", len(models), "cases of models")


TOOL_CALL = {"id": "abcdefghi", "type": "function", "function": {"name": "f", "arguments": {"x": 1.5, "y": "é"}}}
TOOLS = [VARIABLES["tool"], {"type": "function", "function": {"name": "g", "description": "Lists.", "parameters": {"type": "object", "properties": {"names": {"type": "array", "items": {"type": "string"}, "description": "which"}, "flag": {"type": ["boolean", "null"]}}, "required": ["names"]}}}]


def message(role, content, **more):
    return {"role": role, "content": content, **more}


USER, ANSWER = message("user", "  What is 2 + 2?\n"), message("assistant", " It is 4.\n\n")
CONVERSATIONS = {
    "user": [USER],
    "answered": [USER, ANSWER],
    "system": [message("system", "Be brief. /no_think"), USER, ANSWER, message("user", "Thanks <|im_end|> {{ x }}")],
    "thought": [USER, message("assistant", "<think>\nTwo and two.\n</think>\n\nFour."), message("user", "And 3 + 3?"), message("assistant", "<think>\nhm\n</think>\n\n\nSix.")],
    "reasoning": [USER, message("assistant", "Four.", reasoning_content="\nAdd them.\n")],
    "old reasoning": [USER, message("assistant", "Four.", thinking="Add.")],
    "tool call": [USER, message("assistant", None, tool_calls=[TOOL_CALL]), message("tool", "4", tool_call_id="abcdefghi"), message("assistant", "4, says the tool."), message("user", "OK")],
    "tool call with text": [USER, message("assistant", "Let me see.", tool_calls=[TOOL_CALL]), message("tool", '{"a": [1]}', tool_call_id="abcdefghi")],
    "blocks": [message("system", [{"type": "text", "text": "Sys"}]), message("user", [{"type": "image"}, {"type": "text", "text": " Look "}]), message("assistant", [{"type": "text", "text": "I see."}])],
    "twice": [USER, USER],
    "system last": [USER, message("system", "late")],
    "strange role": [message("narrator", "Once upon a time")],
    "none": [],
    "unicode": [message("user", "你好 👋🏽 e\u0301 \u00a0"), message("assistant", "\u2003Ça va\u00a0")],
    "empty": [message("user", ""), message("assistant", "")],
}


def model_cases(path):
    for name, messages in CONVERSATIONS.items():
        for prompt in (False, True):
            for tools in (None, TOOLS):
                variables = {"bos_token": "<s>", "eos_token": "</s>", "tools": tools}
                yield {"template": path.name, "conversation": name, "add_generation_prompt": prompt, "tools": tools is not None, **outcome(path.read_text(), messages, prompt, variables)}


def outcome(template, messages, prompt, variables):
    try:
        rendered, _ = render_jinja_template([messages], chat_template=template, add_generation_prompt=prompt, **variables)
        return {"expected": rendered[0]}
    except SecurityError:
        return {"error": "forbidden"}
    except jinja2.UndefinedError:
        return {"error": "undefined"}
    except jinja2.TemplateRuntimeError:
        return {"error": "other"}
    except jinja2.TemplateError as error:
        return {"error": "raised", "message": str(error)}
    except Exception:
        return {"error": "other"}


if __name__ == "__main__":
    main()
