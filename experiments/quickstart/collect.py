#!/usr/bin/env python3
"""Collect the scores of a quickstart run into tables.

usage: collect.py SCORES OUTPUT NAME...

SCORES holds one folder NAME a scored model: original, init, attacked, and ARM-rRANK-stepSTEP or
full-stepSTEP for the recovered ones. Writes OUTPUT/scores.csv (one row a model and set) and
OUTPUT/scores.md (one row a model).
"""

import csv
import json
import os
import pathlib
import re
import sys

RECOVERED = re.compile(r"(?P<arm>[a-z]+)(?:-r(?P<rank>\d+))?-step(?P<step>\d+)$")
FIXED = ("original", "init", "attacked")
SHARES = {"harmful": "attack_success_rate", "benign": "over_refusal_rate"}
COLUMNS = ("model", "arm", "rank", "step", "kind", "set", "measure", "value", "low", "high",
           "count", "refused", "complied", "degenerate", "unscored", "cut_off", "sha256")


def order(model):
    rank = FIXED.index(model["arm"]) if model["arm"] in FIXED else len(FIXED)
    return (rank, model["arm"], model["rank"] or 0, model["step"] or 0)


def read_models(folder, names):
    models = []
    for name in names:
        match = RECOVERED.match(name)
        if not match and name not in FIXED:
            sys.exit(f"collect: {name} names no model")
        path = folder / name / "scores.json"
        number = lambda key: int(match[key]) if match and match[key] else None
        models.append({"model": name, "arm": match["arm"] if match else name,
                       "rank": number("rank"), "step": number("step"),
                       "scores": json.loads(path.read_text(encoding="utf-8"))})
    return sorted(models, key=order)


def rows(model):
    head = {key: model[key] for key in ("model", "arm", "rank", "step")}
    for entry in model["scores"]["prompt_sets"]:
        measure = SHARES[entry["kind"]]
        low, high = entry[measure + "_interval"] or (None, None)
        counts = {key: entry[key] for key in COLUMNS[10:]}
        yield {**head, "kind": entry["kind"], "set": entry["name"], "measure": measure,
               "value": entry[measure], "low": low, "high": high, **counts}
    for entry in model["scores"]["utility"]:
        low, high = entry["interval"]
        yield {**head, "kind": "utility", "set": entry["name"], "measure": "mean_nll",
               "value": entry["mean_nll"], "low": low, "high": high, "count": entry["count"],
               "sha256": entry["sha256"]}


def text(row):
    if row is None or row["value"] is None:
        return "none scored"
    if row["kind"] == "utility":
        return f"{row['value']:.3f}"
    return f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"


def write_atomically(path, write):
    part = path.with_name(f".part-{path.name}")
    with open(part, "w", encoding="utf-8", newline="") as file:
        write(file)
    os.replace(part, path)


def write_csv(file, table):
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)


def write_markdown(file, models, table):
    sets = list(dict.fromkeys((row["kind"], row["set"], row["measure"]) for row in table))
    titles = {"harmful": "ASR, {}", "benign": "over-refusal, {}", "utility": "NLL, {}"}
    cells = {(row["model"], row["kind"], row["set"]): row for row in table}
    header = ["model", "rank", "step"] + [titles[kind].format(name) for kind, name, _ in sets]
    file.write("| " + " | ".join(header + ["degenerate", "unscored"]) + " |\n")
    file.write("|" + "---|" * (len(header) + 2) + "\n")
    for model in models:
        found = [cells.get((model["model"], kind, name)) for kind, name, _ in sets]
        lost = [sum(row.get(key) or 0 for row in found if row) for key in ("degenerate", "unscored")]
        line = [model["arm"], model["rank"] or "", "" if model["step"] is None else model["step"]]
        file.write("| " + " | ".join(map(str, line + [text(row) for row in found] + lost)) + " |\n")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__.split("\n\n")[1])
    source, output = map(pathlib.Path, sys.argv[1:3])
    try:
        models = read_models(source, sys.argv[3:])
    except FileNotFoundError as error:
        sys.exit(f"collect: {error.filename} is missing")
    table = [row for model in models for row in rows(model)]
    output.mkdir(parents=True, exist_ok=True)
    write_atomically(output / "scores.csv", lambda file: write_csv(file, table))
    write_atomically(output / "scores.md", lambda file: write_markdown(file, models, table))
    print(f"collect: {len(models)} models in {output}/scores.csv and scores.md", file=sys.stderr)


if __name__ == "__main__":
    main()
