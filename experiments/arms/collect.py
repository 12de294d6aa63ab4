#!/usr/bin/env python3
"""Collect what run.sh left into two tables.

usage: collect.py WORK OUTPUT

Writes OUTPUT/scores.csv, OUTPUT/preserve.md (draws, with medians) and OUTPUT/arms.md (arms at equal norm
and at equal loss).
"""

import csv
import json
import os
import pathlib
import re
import statistics
import sys

SHARES = {"harmful": "attack_success_rate", "benign": "over_refusal_rate"}
SETS = ("do-not-answer-heldout", "harmbench-heldout", "harmless-heldout")


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def model(work, name):
    scores = read(work / "scores" / name / "scores.json")
    sets = {entry["name"]: (entry[SHARES[entry["kind"]]], *entry[SHARES[entry["kind"]] + "_interval"],
                            entry["count"], entry["degenerate"] + entry["unscored"])
            for entry in scores["prompt_sets"]}
    log = work / "recovered" / name / "recovery.json"
    return {"name": name, "sets": sets, "nll": scores["utility"][0]["mean_nll"],
            "nll_low": scores["utility"][0]["interval"][0],
            "nll_high": scores["utility"][0]["interval"][1],
            "log": read(log) if log.is_file() else None}


def rate(entry):
    return f"{entry[0]:.2f} [{entry[1]:.2f}, {entry[2]:.2f}]"


def cells(entry):
    return [rate(entry["sets"][name]) for name in SETS] + [f"{entry['nll']:.2f}"]


def recovery_cells(entry):
    log = entry["log"]
    if log is None:
        return ["", "", "", ""]
    stable = log["update"]["stable_rank"]
    return [str(len(log["steps"])), f"{log['final_loss']:.3f}", f"{log['update']['norm']:.2f}",
            "" if stable is None else f"{stable:.1f}"]


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


RATES = ["Do-Not-Answer answered (93)", "HarmBench answered (81)", "harmless refused (127)",
         "utility, nats"]
MOVES = ["steps", "loss", "norm", "stable rank"]


def preserve(models):
    rows = [[name, "", ""] + cells(models[name]) for name in ("init", "attacked")]
    groups = {}
    for name, entry in models.items():
        match = re.fullmatch(r"calibrated-s(\d+)-d(\d+)", name)
        if match:
            groups.setdefault(int(match[1]), []).append((int(match[2]), entry))
    for steps, draws in sorted(groups.items()):
        factors = [entry["log"]["calibration"]["factor"] for _, entry in draws]
        for (draw, entry), factor in sorted(zip(draws, factors), key=lambda pair: pair[0][0]):
            rows.append([f"{steps} steps", str(draw), f"{factor}"] + cells(entry))
        medians = [statistics.median(e["sets"][name][0] for _, e in draws) for name in SETS]
        medians.append(statistics.median(e["nll"] for _, e in draws))
        rows.append([f"**{steps} steps**", f"median of {len(draws)}",
                     f"{statistics.median(factors):.3g}"] + [f"**{m:.2f}**" for m in medians])
    return table(["model", "draw", "factor"] + RATES, rows)


def arms(models):
    rows = [[name, "", ""] + [""] * 4 + cells(models[name]) for name in ("init", "attacked")]
    for name, entry in models.items():
        match = re.fullmatch(r"([a-z]+)-(plain|preserved)-(norm|loss)", name)
        if match:
            rows.append([match[1], match[2], "equal " + match[3]] + recovery_cells(entry) + cells(entry))
    rows[2:] = sorted(rows[2:], key=lambda row: (row[2], row[1]))
    return table(["arm", "answers", "compared at"] + MOVES + RATES, rows)


def csv_rows(models):
    for name, entry in models.items():
        for key, (value, low, high, count, lost) in entry["sets"].items():
            yield [name, key, value, low, high, count, lost]
        yield [name, "utility_nll", entry["nll"], entry["nll_low"], entry["nll_high"], "", ""]


def write(path, text):
    part = path.with_name(f".part-{path.name}")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    work, output = map(pathlib.Path, sys.argv[1:])
    names = sorted(path.name for path in (work / "scores").iterdir() if path.is_dir())
    models = {name: model(work, name) for name in names}
    output.mkdir(parents=True, exist_ok=True)
    write(output / "preserve.md", preserve(models))
    write(output / "arms.md", arms(models))
    part = output / ".part-scores.csv"
    with open(part, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["model", "set", "value", "low", "high", "count", "not_scored"])
        writer.writerows(csv_rows(models))
    os.replace(part, output / "scores.csv")


if __name__ == "__main__":
    main()
