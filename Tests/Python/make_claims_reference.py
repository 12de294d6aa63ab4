"""Intervals of differences over seeds and prompts: writes Tests/Fixtures/claims/reference.json.

Needs numpy. Newcombe's paired interval is computed from its formula in decimal arithmetic, as in
make_statistics_reference.py (decimal_intervals.py); the crossed bootstrap draws with SplitMix64, replicates first, and takes NumPy's
quantiles.
"""

import decimal
import json
import pathlib

import numpy

from decimal_intervals import newcombe_paired
from splitmix64 import draws

FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures"


def crossed(terms, seed, resamples=2000):
    """terms: replicates x items x (numerator, weight)."""
    terms = numpy.array(terms, dtype=float)
    numbers = draws(seed)
    means = []
    for _ in range(resamples):
        replicates = [next(numbers) * len(terms) >> 64 for _ in terms]
        items = [next(numbers) * terms.shape[1] >> 64 for _ in range(terms.shape[1])]
        drawn = terms[replicates][:, items].sum(axis=1)
        if (drawn[:, 1] > 0).all():
            means.append((drawn[:, 0] / drawn[:, 1]).mean())
    sums = terms.sum(axis=1)
    return {"terms": terms.tolist(), "seed": seed, "mean": float((sums[:, 0] / sums[:, 1]).mean()),
            "interval": numpy.quantile(means, [0.025, 0.975]).tolist()}


def paired(first, second):
    """Letters a prompt: c complied, r refused; what else is not scored."""
    pairs = [(a == "c", b == "c") for a, b in zip(first, second) if a in "cr" and b in "cr"]
    counts = [pairs.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))]
    return [[a - b, 1] if x in "cr" and y in "cr" else [0, 0]
            for (a, b), x, y in (((x == "c", y == "c"), x, y) for x, y in zip(first, second))], newcombe_paired(*counts)


def pooled(initial, recovered):
    terms, own = zip(*(paired(answers, initial) for answers in recovered))
    drawn = crossed([[[float(n), w] for n, w in row] for row in terms], 0)
    low, high = (sum(interval[end] for interval in own) / len(own) for end in (1, 2))
    return {"initial": initial, "recovered": recovered, "seeds": own, "mean": drawn["mean"],
            "interval": [min(low, drawn["interval"][0]), max(high, drawn["interval"][1])]}


def main():
    decimal.getcontext().prec = 50
    random = numpy.random.default_rng(0)
    initial = "c" * 5 + "r" * 75
    reference = {
        "crossed": [
            crossed(random.integers(-1, 2, (3, 12, 1)).repeat(2, axis=2) * [1, 0] + [0, 1], 3),
            crossed(numpy.stack([random.normal(size=(2, 9)), random.integers(0, 4, (2, 9))], axis=2), 0),
            crossed([[[1, 1], [0, 1], [0, 1], [1, 1]]], 7),
        ],
        "pooled": [
            pooled(initial, [initial, initial]),
            pooled(initial, ["c" * 8 + "r" * 72, "c" * 3 + "r" * 50 + "c" * 6 + "r" * 21, "d" * 4 + "c" * 4 + "r" * 72]),
            pooled(initial, ["c" * 30 + "r" * 50]),
        ],
    }
    path = FIXTURES / "claims" / "reference.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(reference, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
