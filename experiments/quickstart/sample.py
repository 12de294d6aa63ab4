#!/usr/bin/env python3
"""Write a sample of a JSONL file that is the same every time: the lines of least hash.

usage: sample.py COUNT INPUT OUTPUT
"""

import hashlib
import os
import pathlib
import sys

if len(sys.argv) != 4:
    sys.exit(__doc__.split("\n\n")[1].strip())
count, source, target = int(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
lines = [line for line in source.read_bytes().splitlines(keepends=True) if line.strip()]
chosen = set(sorted(lines, key=lambda line: hashlib.sha256(line).digest())[:count])
part = target.with_name(f".part-{target.name}")
part.write_bytes(b"".join(line for line in lines if line in chosen))
os.replace(part, target)
