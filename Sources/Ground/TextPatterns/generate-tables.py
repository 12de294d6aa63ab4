#!/usr/bin/env python3
"""Writes the Unicode tables of this folder anew, or with --check tells whether they are up to date.

The tables say what the `tokenizers` library says, so it is asked: which scalars Oniguruma counts to a
script (Unicode 16), and which scalars its normal forms take apart (Unicode 9). What a scalar is
taken apart into is Python's `unicodedata`, as Unicode never changes that.

    pip install tokenizers==0.23.3
    python3 generate-tables.py --check
"""

import re
import sys
import unicodedata
from pathlib import Path

from tokenizers import Regex, normalizers, pre_tokenizers

FOLDER = Path(__file__).parent
INDENTATION = "    "
SCALARS = [value for value in range(0x110000) if not 0xD800 <= value < 0xE000]
SCRIPT_WIDTH, MAPPING_WIDTH = 98, 100
SCRIPTS = """
    han hiragana katakana hangul bopomofo latin greek cyrillic armenian georgian hebrew arabic syriac
    devanagari bengali gurmukhi gujarati tamil telugu kannada malayalam sinhala thai lao tibetan
    myanmar khmer mongolian ethiopic cherokee common inherited
""".split()


def wrapped(words, width):
    """The words in lines of a width."""
    lines = [INDENTATION]
    for word in words:
        separator = "" if lines[-1] == INDENTATION else " "
        if len(lines[-1]) + len(separator) + len(word) > width:
            lines.append(INDENTATION)
            separator = ""
        lines[-1] += separator + word
    return "\n".join(lines)


def span(first, last):
    return f"{first:x}" if first == last else f"{first:x}-{last:x}"


# Scripts


def members(script):
    """The scalars of a script as ranges."""
    text = "".join(map(chr, SCALARS))
    split = pre_tokenizers.Split(Regex(r"\p{%s}" % script), behavior="removed")
    outside = [offsets for _, offsets in split.pre_tokenize_str(text)]
    inside, end = [], 0
    for start, stop in outside + [(len(text), len(text))]:
        inside += SCALARS[end:start]
        end = stop
    ranges = []
    for value in inside:
        if ranges and ranges[-1][1] + 1 == value:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    return [span(*bounds) for bounds in ranges]


def script_entry(name):
    ranges = members(name)
    line = f'{INDENTATION}"{name}": "{" ".join(ranges)}",'
    if len(line) <= SCRIPT_WIDTH:
        return line
    return f'{INDENTATION}"{name}": """\n{wrapped(ranges, SCRIPT_WIDTH)}\n{INDENTATION}""",'


def scripts():
    return "\n".join(map(script_entry, SCRIPTS))


# Decompositions


def mapping(value, is_compatible):
    """What a scalar is taken apart into in one step, or None."""
    parts = unicodedata.decomposition(chr(value)).split()
    if not parts or (parts[0][0] == "<") != is_compatible:
        return None
    form = normalizers.NFKD() if is_compatible else normalizers.NFD()
    if form.normalize_str(chr(value)) == chr(value):
        return None
    return [int(part, 16) for part in parts if part[0] != "<"]


def mappings(is_compatible):
    """Runs of scalars whose last part counts up with them."""
    runs = []
    for value in SCALARS:
        parts = mapping(value, is_compatible)
        if parts is None:
            continue
        if runs:
            first, last, begin = runs[-1]
            if value == last + 1 and parts == begin[:-1] + [begin[-1] + value - first]:
                runs[-1] = (first, value, begin)
                continue
        runs.append((value, value, parts))
    words = [
        f"{span(first, last)}={'+'.join(f'{part:x}' for part in parts)}"
        for first, last, parts in runs
    ]
    return wrapped(words, MAPPING_WIDTH)


def replaced(path, opening, closing, body):
    """The text of a file with another table in it."""
    text = path.read_text()
    start = text.index(opening) + len(opening)
    return text[:start] + body + text[text.index(closing, start) :]


def main():
    forms = FOLDER / "NormalForms"
    canonical = forms / "UnicodeDecomposition+Canonical.swift"
    compatibility = forms / "UnicodeDecomposition+Compatibility.swift"
    script = FOLDER / "Unicode" / "UnicodeScript.swift"
    tables = {
        canonical: ('Mappings = """\n', '\n    """', mappings(False)),
        compatibility: ('Mappings = """\n', '\n    """', mappings(True)),
        script: ("ranges: [String: String] = [\n", "\n  ]\n", scripts()),
    }
    stale = False
    for path, table in tables.items():
        text = replaced(path, *table)
        if text != path.read_text():
            stale = True
            print(f"{path.name} {'differs' if '--check' in sys.argv else 'is new'}")
            if "--check" not in sys.argv:
                path.write_text(text)
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
