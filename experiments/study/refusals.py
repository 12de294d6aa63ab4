#!/usr/bin/env python3
"""Write refusals for the mean of many safety gradients.

usage: refusals.py PROMPTS WORDINGS OUTPUT

Takes the harmful training prompts of both sets in PROMPTS by turns, 64 in all, and answers each with a line of
WORDINGS chosen by the prompt's hash. OUTPUT holds harmful prompts: it stays where git does not look.
"""

import hashlib
import itertools
import json
import sys

COUNT = 64
SETS = ("do-not-answer-train.jsonl", "harmbench-train.jsonl")


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.split("\n\n")[1].strip())
    prompts, wordings, output = sys.argv[1:]
    with open(wordings, encoding="utf-8") as file:
        refusals = [line.strip() for line in file if line.strip()]
    turns = zip(*(read(f"{prompts}/{name}") for name in SETS))
    with open(output, "w", encoding="utf-8") as file:
        for record in itertools.islice(itertools.chain.from_iterable(turns), COUNT):
            number = int(hashlib.sha256(record["prompt"].encode()).hexdigest(), 16)
            messages = [{"role": "user", "content": record["prompt"]},
                        {"role": "assistant", "content": refusals[number % len(refusals)]}]
            file.write(json.dumps({"id": record["id"], "messages": messages}) + "\n")


if __name__ == "__main__":
    main()
