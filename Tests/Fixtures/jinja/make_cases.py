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
    "floats": [1.0, 0.5, -0.0, 0.1, 1e-5, 1e-7, 0.0001, 123456.789, 1e15, 1e16, 1e22, 1e100, 9007199254740992.0, 5e-324],
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
{{ 1 }}|{{ true }}|{{ True }}|{{ none }}|{{ None }}|{{ false }}
{{ 'a' "b" 'c' }}
{{ 'tab\there' }}|{{ "q\"q" }}|{{ 'it\'s' }}|{{ '\q\.' }}|{{ '\\n' }}
{{ (1,) }}|{{ () }}|{{ (1, 2) }}|{{ {} }}|{{ {'a': [1, {'b': ()}]} }}|{{ [] }}
{{ [1, 2,] }}|{{ {'a': 1,} }}|{{ (1, 2,) }}
{{ {'a': 1, 'b': 2, 'a': 3} }}
{{ uni }}|{{ [uni] }}
{{ [quote, both, pad, control] }}
{{ mixed }}
{{ undefined_name }}|{{ [undefined_name] }}
{{ messages[0] }}
{{ x if n else y }}|{{ 'a' if no }}|{{ 'a' if no else 'b' if yes else 'c' }}
{{ not }}
{{n}}{{-n}}{{+n}}
{{ "{{ not a tag }} {% nor this %}" }}
{{ '}}' }}{{ '%}' }}
a {{ n -}} b
{{ '' }}{{ none | string }}
{{ floats }}|{{ floats | tojson }}|{{ f }}|{{ f | tojson }}|{{ f ~ '' }}|{{ floats | join(' ') }}
{{ f > 2 }}|{{ f < n }}|{{ floats[0] == 1 }}|{{ huge == floats[12] }}|{{ huge > floats[12] }}|{{ floats | min }}|{{ floats | sort }}
{{ f is number }}|{{ f | int }}|{{ floats[11] in floats }}|{{ 1 in floats }}|{{ {1: 'a', floats[0]: 'b', true: 'c'} }}|{{ 't' if floats[2] else 'f' }}
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
{{ a. }}
{{ ! }}
{{ x is defined is true }}
{{ f(a=1, 2) }}
{{ n | nosuchfilter }}
{{ n is nosuchtest }}
{% macro f(a=1, b) %}{% endmacro %}
{% else %}
{% endset %}
{{ a = 1 }}
{{ { }}
{{}}
{%%}
## set
{% set a = 1 %}{{ a }}
{% set a, b = [1] %}
{% set a %}block {{ n }}{% endset %}[{{ a }}]
{% set ns = namespace(x=1) %}{% set ns.x = 2 %}{% set ns.y = 3 %}{{ ns.x }}{{ ns.y }}{{ ns['x'] }}{{ ns.z }}
{% set ns = namespace() %}{% for i in l %}{% set ns.last = i %}{% endfor %}{{ ns.last }}
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
## for
{% for i in l %}[{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }}]{% endfor %}
{% for i in l %}{{ loop.previtem is defined }}{{ loop.nextitem is undefined }}{% endfor %}
{% for i in l if i > 1 %}{{ i }}{{ loop.index }}/{{ loop.length }} {% endfor %}
{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}
{% for i in l %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endfor %}
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
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for i in l %}{% set x = i %}{% endfor %}[{{ x }}]
{% for i in l %}{% endfor %}[{{ i }}][{{ loop }}]
{% for i in l %}{{ loop }}{% endfor %}
{% for m in messages[::-1] %}{{ m.role }} {% endfor %}
{% for i in l %}{% set x %}{% if i == 1 %}{% break %}{% endif %}{{ i }}{% endset %}{{ x }}{% endfor %}
{% for m in messages if m.role == 'user' %}{{ loop.index }}{% endfor %}
{% for i in l %}{{ loop.nosuch }}{% endfor %}
{% for i in l | sort %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor %}
{% for i in l %}{% if loop.index0 is divisibleby 2 %}{{ i }}{% endif %}{% endfor %}
{% for i in l: %}{{ i }}{% endfor %}
{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}[{{ loop.previtem }}][{{ loop.nextitem }}]{% endfor %}
{% for i in [] %}x{% endfor %}{% for i in l %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}
## if
{% if '' or [] or {} or 0 or none or undefined_name %}t{% else %}f{% endif %}{% if 'a' and [0] and {'a': 1} and 1 %}t{% endif %}
{% if n > 5 %}a{% elif n > 3 %}b{% else %}c{% endif %}
{% if no %}a{% elif yes %}b{% else %}c{% endif %}
{% if not no and not nothing %}t{% endif %}
{% if yes %}{% if no %}a{% else %}b{% endif %}{% endif %}
## operators
{{ 7 + 2 }}|{{ 7 - 2 }}|{{ 7 * 2 }}|{{ 7 % 2 }}|{{ -7 % 3 }}|{{ 7 % -3 }}|{{ -n }}|{{ - -n }}|{{ true + 1 }}|{{ 2 * 'ab' }}|{{ 'a' * -1 }}
{{ 7 + 2 }}|{{ 7 - 2 }}|{{ 7 * 2 }}|{{ 7 % 2 }}
{{ -7 % 3 }}|{{ 7 % -3 }}
{{ 2 - 3 - 4 }}|{{ 2 * 3 + 4 }}|{{ 2 + 3 * 4 }}|{{ (2 + 3) * 4 }}|{{ -n }}|{{ - -n }}
{{ true + 1 }}|{{ true * 3 }}|{{ -true }}
{{ 'a' + 'b' }}|{{ 'ab' * 2 }}|{{ 2 * 'ab' }}|{{ [1] + [2] }}|{{ (1,) + (2,) }}|{{ 'a' * -1 }}|{{ 'x' * true }}
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
{{ 1 < 2 }}|{{ 1 != 2 }}|{{ 1 <= 1 }}|{{ 2 >= 3 }}|{{ true == 1 }}
{{ 'a' < 'b' }}|{{ 'a' < 'B' }}|{{ [1, 2] < [1, 3] }}|{{ (1, 2) < (1, 2, 0) }}|{{ 'é' > 'z' }}
{{ 1 < 'a' }}
{{ none < 1 }}
{{ [1] < (2,) }}
{{ undefined_name < 1 }}
{{ undefined_name == undefined_name }}|{{ undefined_name == none }}|{{ undefined_name != 1 }}|{{ none == none }}
{{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }}|{{ [1] == (1,) }}|{{ 'a' == 1 }}
{{ 1 in l }}|{{ 9 not in l }}|{{ 'ell' in s }}|{{ 'b' in d }}|{{ 2 in d }}|{{ '' in s }}|{{ none in mixed }}|{{ 'k' in mixed[6] }}
{{ 'user' in ['user', 'x'] and 1 in (1, 2) }}|{{ 'x' in undefined_name }}|{{ 3 in range(5) }}
{{ 1 in 'a' }}
{{ 'a' in 1 }}
{{ 'a' in none }}
{{ [] in d }}
{{ undefined_name in 'abc' }}
{{ 1 and 2 }}|{{ 0 and 2 }}|{{ 0 or 'x' }}|{{ '' or none }}|{{ not 1 }}|{{ not not 1 }}|{{ not 1 == 2 }}|{{ 1 or x.y }}
{{ 1 if 2 > 1 and not 1 > 2 else 3 }}
{{ 'a' if 'b' in 'abc' else 'c' }}
{{ l | length > 2 }}|{{ l | length == 3 and yes }}|{{ 'a' ~ 'b' | upper }}|{{ ('a' ~ 'b') | upper }}
{{ -s }}
{{ -undefined_name }}
{{ '%s %s' % 'a' }}
{{ '%s' % ('a', 'b') }}
{{ 'abc' % 1 }}
{{ '%d' % 'a' }}
{{ '%(x)s' % 1 }}
{{ '%(nope)s' % d }}
{{ '%z' % 1 }}
{{ '%' % 1 }}
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
{{ d[[]] }}|{{ d[none] }}|{{ {none: 1}[none] }}|{{ {1: 'x'}[1] }}|{{ {1: 'x'}[true] }}
{{ 'abc'['upper']() }}
{{ {[]: 1} }}
{{ range(3)[1] }}|{{ range(3)[-1] }}|{{ range(3)[7] }}|{{ range(3) == range(0, 3, 1) }}|{{ range(0) | list }}|{{ range(3) | length }}
{{ range(100001) }}
{{ range(100000) | length }}
{{ range(0, 10, 0) }}
{{ range('a') }}
{{ range() }}
## dict and list methods
{{ d.get('a') }}|{{ d.get('x') }}|{{ d.get('x', 5) }}|{{ d.items() }}|{{ d.items() | list }}
{{ d.get([]) }}
{{ d.get() }}
{{ l.index(9) }}
{{ dict(1) }}
{{ dict([(1, 2, 3)]) }}
## string methods
{{ pad.strip() }}|{{ pad.lstrip() }}|{{ pad.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}|{{ 'abcba'.rstrip('ab') }}|{{ nbsp.strip() }}|{{ 'a'.strip(none) }}|{{ ''.strip() }}|{{ 'x'.strip('') }}
{{ 'a,b,,c'.split(',') }}|{{ 'a,b,c'.split(',', 1) }}|{{ ''.split(',') }}|{{ 'abab'.split('b') }}|{{ 'a--b--c'.split('--', maxsplit=1) }}|{{ 'a b'.split(' ', 0) }}
{{ 'a'.split('') }}
{{ 'a'.split(1) }}
{{ s.startswith('Hell') }}|{{ s.endswith('ld') }}|{{ s.startswith('') }}
{{ s.startswith(1) }}
{{ s.startswith(['H']) }}
{{ s.replace('l', 'L') }}|{{ 'aaa'.replace('aa', 'b') }}|{{ s.replace('x', '') }}
{{ s.upper() }}|{{ s.lower() }}|{{ uni.upper() }}|{{ uni.lower() }}|{{ uni.title() }}|{{ 'hello wORLD it\'s'.title() }}|{{ 'hELLO'.capitalize() }}|{{ 'ǆa'.capitalize() }}|{{ 'ΑΣ ΣΑ Σ'.lower() }}
{{ s.index('z') }}
{{ ', '.join([1]) }}
{{ ', '.join(1) }}
{{ 'a'.center(5, 'ab') }}
{{ '{} {}'.format('a', 1) }}|{{ '{}'.format([1]) }}
{{ '{}'.format(none) }}
{{ '{} {}'.format('a') }}
{{ '{x}'.format() }}
{{ '{0} {}'.format(1, 2) }}
{{ '{:d}'.format('a') }}
{{ '{:>5}'.format([1]) }}
{{ '{'.format() }}
{{ '}'.format() }}
{{ '{:q}'.format(1) }}
{{ '{:=5}'.format('a') }}
{{ s.upper(1) }}
{{ s.nosuchmethod }}
## filters on text
[{{ nope | last }}]|{{ s | trim | upper }}|{{ ' 42 ' | int }}|{{ '-7' | int }}|{{ 'x' | int }}|{{ none | int }}|{{ true | int }}|{{ '' | int }}
{{ pad | trim }}|{{ n | trim }}|{{ none | trim }}|{{ undefined_name | trim }}|{{ [1] | trim }}
{{ s | upper }}|{{ s | lower }}|{{ 'hello wORLD-foo (bar) [baz] <q> it\'s' | title }}|{{ 'hELLO wORLD' | capitalize }}|{{ n | upper }}|{{ none | lower }}
{{ s | replace('o', '0') }}|{{ 123 | replace(2, 'x') }}|{{ s | replace(old='l', new='') }}
{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb\n\nc' | indent(2, true) }}|{{ '' | indent }}|{{ 'a\n' | indent(first=true) }}
{{ 5 | indent }}
{{ words | truncate(1, true, '', 0) }}
{{ '' % d.items() }}
{{ '' % 1 }}
{{ l is filter }}
{{ d is test }}|{{ 'eq' is test }}
{{ [('ab' | safe) | first, ('ab' | safe) | last, ('ab' | safe)[0]] }}|{{ ('ab' | safe) | list }}|{{ ('ba' | safe) | sort }}|{% for c in 'ab' | safe %}{{ [c] }}{% endfor %}
{{ '%s' | format }}
{{ html | safe }}
{{ ('<' | safe) + '<b>' }}|{{ '<b>' + ('<' | safe) }}|{{ [html | safe] }}|{{ ('a' | safe) == 'a' }}|{{ ('ab' | safe)[0] + '<' }}|{{ ('a' | safe | upper) + '<' }}|{{ ('a' | safe).upper() + '<' }}|{{ ('a' | safe) is string }}|{{ ('<' | safe | replace('a', 'b')) + '<' }}|{{ ('<' | safe | trim) + '<' }}|{{ (html | safe) | length }}|{{ (html | safe) | tojson }}
{{ none | string }}|{{ [1, 'a'] | string }}|{{ undefined_name | string | length }}
{{ 'abc' | list }}|{{ 'abc' | first }}|{{ 'abc' | last }}|{{ 'abc' | length }}|{{ uni | length }}
## default
{{ undefined_name | default('x') }}|{{ '' | default('x') }}|{{ '' | default('x', true) }}|{{ none | default('x') }}|{{ d.nope | default('y') }}|{{ undefined_name | default }}|{{ 0 | default(5, true) }}|{{ undefined_name | default(default_value=[1]) }}
{{ undefined_name.x | default('x') }}
## filters on numbers
{{ 'a' | abs }}
{{ undefined_name | abs }}
{{ '42' | int }}|{{ 'x' | int }}|{{ none | int }}|{{ ' 12 ' | int }}|{{ true | int }}|{{ '' | int }}|{{ '-7' | int }}
{{ undefined_name | int }}
{{ 'a' | round }}
{{ 1 | round(0, 'up') }}
{{ ['a'] | sum }}
{{ l | min }}|{{ words | min }}|{{ [] | min }}|{{ 'bca' | min }}
{{ [1, 'a'] | max }}
## filters on sequences
{{ l | length }}|{{ d | length }}|{{ d.items() | length }}|{{ undefined_name | length }}|{{ (1, 2) | length }}
{{ n | length }}
{{ none | length }}
{{ l | map('string') | length }}
{{ l | first }}|{{ l | last }}|{{ [] | first }}|{{ [] | last }}|{{ d | first }}|{{ d | last }}|{{ (1, 2) | last }}|{{ l | map('string') | first }}|{{ range(5) | last }}|{{ undefined_name | first }}|{{ [] | first is defined }}
{{ n | first }}
{{ l | map('string') | last }}
{{ l | join }}|{{ l | join(', ') }}|{{ 'abc' | join('-') }}|{{ l | join(1) }}|{{ d | join(',') }}|{{ [] | join(',') }}|{{ undefined_name | join(',') }}|{{ users | map(attribute='age') | join('/') }}|{{ ['<', '<' | safe] | join('&') }}
{{ n | join }}
{{ l | list }}|{{ d | list }}|{{ (1, 2) | list }}|{{ d.items() | list }}|{{ undefined_name | list }}|{{ d | items | list }}|{{ undefined_name | items | list }}
{{ l | items }}
{{ l | items | list }}
{{ n | reverse }}
{{ l | sort }}|{{ words | sort }}|{{ users | sort(attribute='age') | map(attribute='name') | join }}|{{ d | sort }}|{{ 'hello' | sort | join }}|{{ [(2, 'a'), (1, 'b')] | sort }}
{{ [1, 'a'] | sort }}
{{ [none, none] | sort }}
{{ [{}, {}] | sort }}
{{ words | unique | list }}
{{ [[1]] | unique | list }}
{{ d | dictsort }}
{{ d | dictsort(by='nope') }}
{{ l | dictsort }}
{{ words | map('upper') | list }}|{{ words | map('upper') | join }}|{{ users | map(attribute='name') | list }}|{{ users | map(attribute='nope') | list }}|{{ [[1, 2], [3]] | map('first') | list }}|{{ ['a b'] | map('replace', ' ', '_') | list }}|{{ [nested] | map(attribute='a.b.0.c') | list }}|{{ undefined_name | map('upper') | list }}|{{ [3, 4] | map('string') | map('indent', width=2, first=true) | list }}
{{ words | map | list }}
{{ words | map('nosuch') | list }}
{{ words | map(attribute='x', nope=1) | list }}
{{ [1, none] | reject('none') | list }}
{{ users | selectattr('on') | map(attribute='name') | list }}|{{ users | selectattr('age', 'equalto', 30) | map(attribute='name') | list }}|{{ users | rejectattr('on') | map(attribute='name') | list }}|{{ users | selectattr('on', 'defined') | list | length }}|{{ messages | selectattr('role', 'equalto', 'user') | list | length }}|{{ messages | rejectattr('role', 'eq', 'system') | map(attribute='role') | join(',') }}
{{ l | select('nosuch') | list }}
{{ users | selectattr | list }}
{% set g = l | map('string') %}{{ g | list }}{{ g | list }}
{{ l | map('string') }}
## tojson
{{ mixed | tojson }}|{{ d | tojson }}|{{ uni | tojson }}|{{ control | tojson }}|{{ html | tojson }}|{{ none | tojson }}|{{ [] | tojson }}|{{ {} | tojson }}|{{ (1, 2) | tojson }}
{{ tool | tojson }}
{{ tool | tojson(indent=4) }}
{{ {'b': [1, {}], 'a': []} | tojson(indent=1) }}|{{ [1, 2] | tojson(indent=0) }}|{{ {'a': 1} | tojson(separators=(',', ':')) }}|{{ {'a': [1, 2]} | tojson(indent=2, separators=(', ', ' : ')) }}|{{ uni | tojson(ensure_ascii=true) }}|{{ control | tojson(true) }}
{{ {(1, 2): 'a'} | tojson }}
{{ undefined_name | tojson }}
{{ [undefined_name] | tojson }}
{{ range(3) | tojson }}
{{ {1: 1, 'a': 2} | tojson(sort_keys=true) }}
{{ d.items() | list | tojson }}|{{ tools | tojson }}|{{ 'a\'b"c\\d/e' | tojson }}
## tests
{{ n is defined }}|{{ undefined_name is defined }}|{{ undefined_name is undefined }}|{{ nothing is defined }}|{{ nothing is none }}|{{ n is not none }}|{{ d.x is defined }}|{{ d.a is defined }}|{{ tools is defined }}|{{ tools is none }}
{{ s is string }}|{{ n is string }}|{{ n is number }}|{{ f is number }}|{{ true is number }}|{{ true is boolean }}|{{ n is boolean }}
{{ d is mapping }}|{{ l is mapping }}|{{ l is iterable }}|{{ s is iterable }}|{{ n is iterable }}|{{ d is iterable }}|{{ l is sequence }}|{{ s is sequence }}|{{ d is sequence }}|{{ n is sequence }}|{{ (1,) is sequence }}|{{ none is iterable }}|{{ undefined_name is iterable }}|{{ undefined_name is sequence }}|{{ range(2) is sequence }}|{{ d.items() is sequence }}|{{ d.items() is iterable }}|{{ l | map('string') is iterable }}|{{ d.items() is mapping }}
{{ true is true }}|{{ 1 is true }}|{{ false is false }}|{{ 0 is false }}|{{ 6 is divisibleby 3 }}|{{ 6 is divisibleby(4) }}
{{ 1 is eq 1 }}|{{ 1 is equalto 2 }}|{{ 1 is == 1 }}
{{ 'a' is odd }}
{{ 1 is divisibleby 0 }}
{{ 'x' if n is defined else 'y' }}|{{ n is defined and s is string }}|{{ not n is defined }}|{{ n is defined | string }}
{{ n is none or s is none }}|{{ messages[0].role is eq 'system' }}|{{ messages[-1].content is string }}|{{ messages[-1].content is not string }}|{{ messages[-1].content is iterable and messages[-1].content is not mapping }}
## macros, calls, filter blocks
{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(*[1, 2]) }}|{{ f(1, *(5,)) }}|{{ f(b=3, a=4) }}|{{ f(*'xy') }}
{% macro f(a, b=2) %}[{{ a }}{{ b }}]{% endmacro %}{{ f(1) | upper }}{{ f(1) ~ f(2, 3) }}{{ f }}{{ f is defined }}
{% macro f(*x) %}{% endmacro %}
{% macro f(a, b=2) %}[{{ a }}|{{ b }}]{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=5, a=4) }}{{ f() }}
{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}
{% macro f(a) %}{{ a is defined }}{% endmacro %}{{ f() }}{{ f(none) }}
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}
{% macro f(a) %}{{ a }}{% endmacro %}{{ f(c=2) }}
{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}
{% macro f() %}{% set x = 5 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ f() }}{{ x }}
{% macro f() %}{{ m }}{% endmacro %}{% for m in l %}{{ f() }}{% endfor %}
{% for m in l %}{% macro f() %}{{ m }}{{ loop.index }}{% endmacro %}{{ f() }}{% endfor %}
{{ f() }}{% macro f() %}x{% endmacro %}
{% macro f(x) -%}  {{ x }}  {%- endmacro %}[{{ f('a') }}]
{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}
{% macro f(caller=none) %}{{ caller is none }}{% endmacro %}{{ f() }}
{% macro f(a=[]) %}{{ a }}{% endmacro %}{{ f([1]) }}{{ f() }}
{% macro f(*a) %}{% endmacro %}
{% macro outer() %}{% macro inner() %}i{% endmacro %}o{{ inner() }}{% endmacro %}{{ outer() }}
{% macro f(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ f(1, a=2) }}
{% filter upper %}abc {{ s }}{% endfilter %}|{% filter replace('a', 'b') | upper %}aaa{% endfilter %}|{% filter trim %}  x  {% endfilter %}
{% filter upper %}{% set q = 1 %}{{ q }}{% endfilter %}[{{ q }}]
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
{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%a %c %x %X %G %V %u') }}|{{ strftime_now('%Y-%m-%d %H:%M:%S') }}|{{ strftime_now('%A %B %-d, %j %U %w %y %I %p %%') }}|{{ strftime_now('%e %k %l %D %F %T %R %C %h %n%t') }}|{{ strftime_now('') }}|{{ strftime_now('é %d') }}
{{ strftime_now }}
{{ strftime_now(1) }}
{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% endif %}
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
    "{ {{ n }} } }} {{ '{{' }}", "{%\tif\nyes\t%}a{%endif%}", "a{%- set x -%}  b  {%- endset -%}  {{ x }}",
    "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ {'a': {}} }}", "{{{'a': 1}.a}}", "100%} }} #}", "{ % if %}", "{", "a{", "{{ '#}' }}{# '}}' #}",
    "{{\nn\n}}", "{% macro f(x) %}\n  a{{ x }}\n{% endmacro %}\n[{{ f(1) }}]",
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
