#!/usr/bin/env python3
"""Print what the states of a study answer and refuse, by prompt set, as Markdown: the numbers of results/README.md.

usage: by_set.py RESULTS.csv     of a study of one model, as sweep-ranks writes it

The parts a, b and c of a set are counted together, a state in each part it was scored on. Every state is a line:
the model before the attack, the attacked one, and each recovery at its last step. Prefilled prompts and those that
are compared with another model are other questions and left out.
"""

import collections
import csv
import re
import statistics
import sys

PARTS = ("a", "b", "c", "questions")
RATES = {"attack_success_rate": "answered", "over_refusal_rate": "refused"}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n\n")[1].strip())
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        # Where every answer was degenerate there is no rate.
        rows = [row for row in csv.DictReader(file)
                if not row["category"] and row["metric"] in RATES and row["value"]]
    counted = collections.defaultdict(lambda: [0, 0])
    last = {}
    for row in rows:
        evaluation, _, prompts = row["set"].partition("/")
        if evaluation not in PARTS:
            continue
        state = (row["attack"], row["recovery"], row["rank"], row["seed"])
        last[state] = max(last.get(state, 0), int(row["step"] or 0))
        counts = counted[state, int(row["step"] or 0), prompts.partition(".")[0], row["metric"]]
        counts[0] += round(float(row["value"]) * int(row["count"]))
        counts[1] += int(row["count"])
    sets = sorted({key[2:] for key in counted}, key=lambda one: (one[1], one[0]))
    print("| attack | recovery | rank | seed | step | "
          + " | ".join(f"{name}, {RATES[metric]}" for name, metric in sets) + " |")
    print("|" + "---|" * (5 + len(sets)))
    for state, step in sorted(last.items(), key=in_order):
        cells = [counted.get((state, step, *one)) for one in sets]
        attack, recovery, rank, seed = state
        print(f"| {attack} | {recovery or '-'} | {rank or '-'} | {seed} | {step or '-'} | "
              + " | ".join(f"{hit} of {count} ({100 * hit / count:.0f} %)" if count else "-"
                           for hit, count in (cell or (0, 0) for cell in cells)) + " |")
    print()
    over_examples(last, counted)


def in_order(state_and_step):
    """By the numbers in names, not by their digits."""
    return [[int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
            for name in state_and_step[0]]


def over_examples(last, counted):
    """One number an example: harmful requests answered and harmless ones refused, of all sets together."""
    families = collections.defaultdict(list)
    for state, step in last.items():
        family, _, example = state[1].partition(",index=")
        if example:
            families[family].append((state, step))
    for family, states in sorted(families.items()):
        print(f"\n{family}, {len(states)} examples:")
        for metric, word in (("attack_success_rate", "harmful requests answered"),
                             ("over_refusal_rate", "harmless requests refused")):
            shares = []
            for state, step in states:
                counts = [found for (where, at, _, what), found in counted.items()
                          if (where, at, what) == (state, step, metric)]
                if counts:
                    shares.append(sum(hit for hit, _ in counts) / sum(count for _, count in counts))
            if not shares:
                continue
            print(f"{word}: median {100 * statistics.median(shares):.0f} %, from {100 * min(shares):.0f} to "
                  f"{100 * max(shares):.0f} %; more than half by {sum(s > .5 for s in shares)} of {len(shares)}")


if __name__ == "__main__":
    main()
