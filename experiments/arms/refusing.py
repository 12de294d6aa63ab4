#!/usr/bin/env python3
"""Write examples that refuse harmless prompts in the words of a safety example.

usage: refusing.py HARMLESS SAFETY OUTPUT

Takes every 46th of the harmless training prompts, 16 in all, and answers each with the refusal of the
first safety example. Their mean gradient is that of refusing alone.
"""

import json
import sys

STRIDE = 46


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.split("\n\n")[1])
    harmless, safety, output = sys.argv[1:]
    answer = read(safety)[0]["messages"][-1]
    with open(output, "w", encoding="utf-8") as file:
        for record in read(harmless)[::STRIDE]:
            messages = [{"role": "user", "content": record["prompt"]}, answer]
            file.write(json.dumps({"id": record["id"], "messages": messages}) + "\n")


if __name__ == "__main__":
    main()
