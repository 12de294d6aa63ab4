#!/usr/bin/env python3
"""Print the output of the cell of a sweep that has a label.

usage: cell.py FOLDER LABEL     such as work/study/smollm2-135m spectra/smollm2-135m/identity-10/1/pool
"""

import json
import pathlib
import sys


def find(folder, label):
    """The output of the cell that has a label."""
    for path in sorted(folder.glob(f"cells/{label.split('/')[0]}/*/cell.json")):
        with open(path, encoding="utf-8") as file:
            labels = json.load(file)["labels"]
        if label in labels:
            return str(path.parent / "output")
    sys.exit(f"{folder} has no cell {label}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1].strip())
    print(find(pathlib.Path(sys.argv[1]), sys.argv[2]))


if __name__ == "__main__":
    main()
