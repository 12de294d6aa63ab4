#!/usr/bin/env python3
"""Deal the held-out prompts to parts a, b and c, so that a factor is varied on few of them.

usage: split_sets.py PROMPTS DATA OUTPUT

Reads the held-out harmful prompts from PROMPTS and the harmless ones from DATA. By the hash of its text a
prompt goes to a (a quarter), b (a quarter) or c (a half): OUTPUT/NAME.a.jsonl and so on. The questions of
the utility set are a harmless set of their own; half of the development prompts are kept for calibration.
"""

import hashlib
import json
import os
import pathlib
import sys

SETS = {"do-not-answer": "do-not-answer-heldout.jsonl", "harmbench": "harmbench-heldout.jsonl"}
HARMLESS = {"harmless": "harmless-heldout.jsonl", "questions": "utility.jsonl"}
CALIBRATION = "harmless-dev.jsonl"
DEAL = "abcc"


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def shuffled(records):
    return sorted(records, key=lambda record: hashlib.sha256(record["prompt"].encode()).hexdigest())


def write(path, records):
    part = path.with_name(f".part-{path.name}")
    with open(part, "w", encoding="utf-8") as file:
        for record in records:
            kept = {key: record[key] for key in ("id", "category", "prompt") if key in record}
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
    os.replace(part, path)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.split("\n\n")[1].strip())
    prompts, data, output = map(pathlib.Path, sys.argv[1:])
    output.mkdir(parents=True, exist_ok=True)
    sources = {name: prompts / file for name, file in SETS.items()}
    sources |= {name: data / file for name, file in HARMLESS.items()}
    for name, source in sources.items():
        records = shuffled(read(source))
        for part in sorted(set(DEAL)):
            dealt = [record for index, record in enumerate(records) if DEAL[index % len(DEAL)] == part]
            write(output / f"{name}.{part}.jsonl", dealt)
    write(output / "calibration.jsonl", shuffled(read(data / CALIBRATION))[::2])


if __name__ == "__main__":
    main()
