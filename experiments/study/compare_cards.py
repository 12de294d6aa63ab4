#!/usr/bin/env python3
"""Compare the verdicts of two claim cards, such as those of two seed bases.

usage: compare_cards.py CLAIMS.json OTHER.json

Prints a table; ends with 1 when a verdict flips between reproduced and not reproduced, which a card that is worth
its name has called unstable before.
"""

import json
import sys

FIRM = {"reproduced", "not reproduced"}


def verdicts(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    seeds = sorted({unit["seed"] for unit in document["units"]})
    return seeds, {claim["id"]: claim["verdict"] for claim in document["claims"]}


def main(first, second):
    (seeds, one), (others, two) = verdicts(first), verdicts(second)
    print(f"| claim | seeds {', '.join(map(str, seeds))} | seeds {', '.join(map(str, others))} | |")
    print("|---|---|---|---|")
    flips = 0
    for claim in one:
        here, there = one[claim], two.get(claim, "missing")
        flipped = here != there and {here, there} <= FIRM
        flips += flipped
        print(f"| {claim} | {here} | {there} | {'**flips**' if flipped else 'same' if here == there else ''} |")
    return 1 if flips else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    sys.exit(main(*sys.argv[1:]))
