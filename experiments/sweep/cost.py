#!/usr/bin/env python3
"""Print what the cells of a sweep took, by stage, as a Markdown table.

usage: cost.py FOLDER [PATTERN]     FOLDER is one of sweep-ranks; PATTERN of labels, as --only takes it
"""

import collections
import fnmatch
import json
import pathlib
import sys


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.split("\n\n")[1].strip())
    pattern = sys.argv[2] if len(sys.argv) == 3 else "*"
    stages = collections.defaultdict(list)
    for path in pathlib.Path(sys.argv[1]).glob("cells/*/*/cell.json"):
        with open(path, encoding="utf-8") as file:
            cell = json.load(file)
        if any(fnmatch.fnmatch(label, pattern) for label in cell["labels"]):
            stages[cell["stage"]].append(cell)
    print("| stage | cells | seconds | a cell | CPU seconds | largest memory |")
    print("|---|---|---|---|---|---|")
    for stage in ("attack", "spectra", "recovery", "evaluation"):
        cells = stages.get(stage)
        if cells:
            seconds = sum(cell["seconds"] for cell in cells)
            print(f"| {stage} | {len(cells)} | {seconds:.0f} | {seconds / len(cells):.1f} | "
                  f"{sum(cell['cpu_seconds'] for cell in cells):.0f} | "
                  f"{max(cell['peak_memory'] for cell in cells) / 1e9:.2f} GB |")


if __name__ == "__main__":
    main()
