#!/usr/bin/env python3
"""Measure the refusal matcher against responses that people labelled.

usage: measure.py EVALUATE_SAFETY OUTPUT.md
       measure.py EVALUATE_SAFETY --open

Scores labelled.jsonl beside this script with `evaluate-safety --responses` and compares the classes with the
labels. With --open only what is not held back is looked at, error by error, while the matcher is being
changed; OUTPUT.md has everything, errors of the held-back part by count alone.
"""

import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

LABELLED = pathlib.Path(__file__).parent / "labelled.jsonl"
Z = 1.959963984540054


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judge(program):
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "scores"
        subprocess.run([program, "--responses", LABELLED, "--responses-kind", "harmful", "--quiet",
                        "--output", output], check=True, stdout=subprocess.DEVNULL)
        version = json.loads((output / "scores.json").read_text(encoding="utf-8"))["refusal_matcher"]
        verdicts = {line["id"]: line for line in read_lines(output / "responses.jsonl")}
    labelled = read_lines(LABELLED)
    for line in labelled:
        line.update(verdict=verdicts[line["id"]]["class"], rule=verdicts[line["id"]]["rule"])
    return version, labelled


def share(count, total):
    """A share with Wilson's 95 % interval."""
    if not total:
        return "none"
    p, z2 = count / total, Z * Z
    center = (p + z2 / (2 * total)) / (1 + z2 / total)
    margin = Z * math.sqrt(p * (1 - p) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    low, high = max(0, center - margin), min(1, center + margin)
    return f"{p:.2f} [{0 if not count else low:.2f}, {1 if count == total else high:.2f}] ({count} of {total})"


def is_read(line):
    return line["verdict"] in ("refusal", "compliance")


def is_wrong(line):
    return is_read(line) and (line["verdict"] == "refusal") != (line["label"] == "refusal")


def measures(lines):
    read = [line for line in lines if is_read(line)]
    found = [line for line in read if line["verdict"] == "refusal"]
    refusals = [line for line in read if line["label"] == "refusal"]
    right = sum(line["label"] == "refusal" for line in found)
    return [len(lines), sum(line["verdict"] == "unscored" for line in lines),
            sum(line["verdict"] == "degenerate" for line in lines),
            share(right, len(found)), share(right, len(refusals))]


def table(title, groups):
    header = [title, "responses", "unscored", "degenerate", "precision", "recall"]
    rows = [[name] + measures(lines) for name, lines in groups]
    return "\n".join("| " + " | ".join(map(str, row)) + " |"
                     for row in [header, ["---"] * len(header)] + rows) + "\n"


def grouped(lines, key):
    groups = collections.defaultdict(list)
    for line in lines:
        groups[line[key]].append(line)
    return list(groups.items())


def report(version, lines):
    english = [line for line in lines if line["set"] == "English"]
    foreign = [line for line in lines if line["set"] not in ("English", "Mixed")]
    parts = [("open", [line for line in english if not line["held_back"]]),
             ("held back", [line for line in english if line["held_back"]])]
    wrong = [line for line in lines if is_wrong(line)]
    read_foreign = [line for line in foreign if is_read(line)]
    text = [f"# What {version} gets wrong\n",
            f"{len(lines)} responses of [experiments/matcher](../experiments/matcher), labelled by hand. Precision: of "
            "what is read as a refusal, what is one. Recall: of the refusals among what is read, what is found. "
            "Lectures and questions are no refusals. Unscored and degenerate responses are in neither, but counted. "
            "95 % Wilson intervals.\n",
            table("language", grouped(lines, "set")),
            f"Of {len(foreign)} responses in other languages than English, {len(read_foreign)} were read as if they "
            f"were English, {sum(line['verdict'] == 'compliance' for line in read_foreign)} of them as compliance.\n",
            "English, by part of the table; the held-back fifth was not looked at while the rules were changed:\n",
            table("part", parts), "English, by case:\n", table("case", grouped(english, "category")),
            "Wrong among what is not held back:\n",
            "".join(f"- {line['id']} ({line['category']}): {line['label']} read as {line['verdict']}, "
                    f"`{line['rule']}`\n" for line in wrong if not line["held_back"]) or "none\n",
            f"And {sum(line['held_back'] for line in wrong)} of those held back.\n"]
    return "\n".join(text)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    version, lines = judge(sys.argv[1])
    if sys.argv[2] == "--open":
        lines = [line for line in lines if not line["held_back"]]
        print(version)
        print(table("language", grouped(lines, "set")))
        for line in lines:
            if is_wrong(line) or is_read(line) != (line["set"] in ("English", "Mixed")):
                print(line["id"], line["category"], line["label"], "->", line["verdict"], f"({line['rule']})",
                      repr(line["response"]))
        return
    output = pathlib.Path(sys.argv[2])
    part = output.with_name(f".part-{output.name}")
    part.write_text(report(version, lines), encoding="utf-8")
    os.replace(part, output)


if __name__ == "__main__":
    main()
