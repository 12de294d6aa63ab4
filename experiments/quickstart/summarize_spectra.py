#!/usr/bin/env python3
"""Summarise exported singular values into the cumulative energy of each example.

usage: summarize_spectra.py SPECTRA.csv OUTPUT.csv

Reads columns example, module, component and singular_value (and rank_bound where there is one);
writes, over the weight matrices of each example, the median and the 10 % and 90 % quantiles of
energy(k) = sum of the first k squared singular values / sum of all, with the median rank bound.
"""

import csv
import os
import pathlib
import statistics
import sys

COLUMNS = ("example", "component", "median", "low", "high", "rank_bound", "matrices")


def read_spectra(path):
    """Squared singular values in order, by example and module, and their rank bounds."""
    squares, bounds = {}, {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            value = row["singular_value"]
            if value in ("", "nan", "NaN", "null"):
                continue
            key = (row["example"], row["module"])
            squares.setdefault(key, {})[int(row["component"])] = float(value) ** 2
            if row.get("rank_bound"):
                bounds[key] = int(row["rank_bound"])
    ordered = {key: [found[k] for k in sorted(found)] for key, found in squares.items()}
    return ordered, {key: bounds.get(key, len(values)) for key, values in ordered.items()}


def cumulative(squares):
    total = sum(squares)
    running, shares = 0.0, []
    for square in squares:
        running += square
        shares.append(running / total if total > 0 else 1.0)
    return shares


def summary(example, spectra, bounds):
    energies = [cumulative(values) for (owner, _), values in spectra.items() if owner == example]
    bound = statistics.median(value for (owner, _), value in bounds.items() if owner == example)
    for component in range(1, max(map(len, energies)) + 1):
        values = [shares[min(component, len(shares)) - 1] for shares in energies]
        tenths = statistics.quantiles(values, n=10) if len(values) > 1 else values * 9
        yield {"example": example, "component": component,
               "median": statistics.median(values), "low": tenths[0], "high": tenths[-1],
               "rank_bound": bound, "matrices": len(values)}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    source, target = map(pathlib.Path, sys.argv[1:])
    spectra, bounds = read_spectra(source)
    examples = [name for name in dict.fromkeys(owner for owner, _ in spectra) if name != "mean"]
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".part-{target.name}")
    with open(part, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for example in examples:
            writer.writerows(summary(example, spectra, bounds))
    os.replace(part, target)


if __name__ == "__main__":
    main()
