"""What SciPy, statsmodels and NumPy say of small tables: writes Tests/Fixtures/statistics/reference.json.

Needs scipy, statsmodels and numpy. Newcombe's paired interval is in neither: it is computed here from its
formula in decimal arithmetic of 50 digits, and the first case is the published one of Fagerland, Lydersen and
Laake (2014), airway hyper-responsiveness, -0.507 to -0.026.
"""

import decimal
import json
import math
import pathlib

import numpy
import scipy.stats
import statsmodels.api
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import confint_proportions_2indep

from decimal_intervals import newcombe_paired
from splitmix64 import draws

FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures"

PAIRED = [(1, 1, 7, 12), (20, 3, 9, 8), (0, 0, 0, 5), (5, 0, 0, 0), (0, 4, 0, 6), (30, 20, 4, 46),
          (100, 24, 1, 3), (10, 12, 12, 1), (3, 1, 0, 0), (0, 1, 0, 0), (40, 30, 60, 500)]
INDEPENDENT = [((56, 70), (48, 80)), ((0, 10), (0, 20)), ((10, 10), (0, 20)), ((1, 1), (0, 1)),
               ((3, 40), (11, 37)), ((141, 300), (64, 64))]
TABLES = [[[20, 5], [10, 15]], [[45, 15], [25, 15]], [[1, 0], [0, 1]], [[0, 5], [5, 0]], [[30, 0], [2, 0]],
          [[12, 3, 1], [2, 20, 4], [0, 5, 9]]]


def clustered(values, clusters):
    fit = statsmodels.api.OLS(values, numpy.ones(len(values)))
    return fit.fit(cov_type="cluster", cov_kwds={"groups": numpy.array(clusters)}).bse[0]


def bootstrap(clusters, seed, resamples):
    """With the draws of SplitMix64, quantiles by NumPy; and by scipy.stats.bootstrap with its own draws."""
    clusters = numpy.array(clusters, dtype=float)
    numbers = draws(seed)
    ratios = []
    for _ in range(resamples):
        drawn = [next(numbers) * len(clusters) >> 64 for _ in clusters]
        ratios.append(clusters[drawn, 0].sum() / clusters[drawn, 1].sum())
    scipys = scipy.stats.bootstrap(
        (clusters[:, 0], clusters[:, 1]), lambda a, b, axis: a.sum(axis) / b.sum(axis), paired=True,
        method="percentile", n_resamples=200_000, batch=10_000, rng=numpy.random.default_rng(1))
    return {"clusters": clusters.tolist(), "seed": seed, "resamples": resamples,
            "interval": numpy.quantile(ratios, [0.025, 0.975]).tolist(),
            "scipy": list(scipys.confidence_interval)}


def main():
    decimal.getcontext().prec = 50
    random = numpy.random.default_rng(0)
    values = [0.0, 1, 1, 0, 1, 1, 1, 0, 0.5, 0.25]
    clusters = [0, 0, 0, 1, 1, 2, 2, 2, 3, 4]
    sample = sorted(random.normal(size=11).tolist())
    reference = {
        "mcnemar": [{"counts": table,
                     "exact": float(mcnemar([table[:2], table[2:]], exact=True).pvalue),
                     "corrected": None if table[1] + table[2] == 0 else float(
                         mcnemar([table[:2], table[2:]], exact=False, correction=True).pvalue)}
                    for table in map(list, PAIRED)],
        "newcombe_paired": [{"counts": list(table), "interval": newcombe_paired(*table)}
                            for table in PAIRED],
        "newcombe_independent": [
            {"first": first, "second": second,
             "interval": [first[0] / first[1] - second[0] / second[1]] + [float(end) for end in
                          confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")]}
            for first, second in INDEPENDENT],
        "kappa": [{"table": table, "kappa": float(result.kappa), "standard_error": math.sqrt(max(0, result.var_kappa))}
                  for table, result in ((table, cohens_kappa(numpy.array(table))) for table in TABLES)],
        "standard_error": {"values": values, "clusters": clusters,
                           "independent": float(scipy.stats.sem(values)),
                           "clustered": float(clustered(values, clusters))},
        "quantile": {"sorted": sample, "fractions": [0, 0.025, 0.1, 0.5, 0.77, 0.975, 1],
                     "values": numpy.quantile(sample, [0, 0.025, 0.1, 0.5, 0.77, 0.975, 1]).tolist()},
        "bootstrap": [bootstrap([(8, 10), (2, 10), (5, 7), (0, 4), (9, 9), (3, 11)], 3, 2000),
                      bootstrap([(int(a), 1) for a in random.integers(0, 2, 40)], 0, 2000)],
    }
    path = FIXTURES / "statistics" / "reference.json"
    path.write_text(json.dumps(reference, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
