"""Alternating measurements and what is said of them."""

import statistics
import sys
import time


def note(text):
    print(f"benchmark: {text}", file=sys.stderr, flush=True)


def alternate(repeats, **contenders):
    """Runs each contender in turn, so many times, after one run that does not count.

    A contender returns its seconds. Returns the seconds of each by name.
    """
    times = {name: [] for name in contenders}
    for repeat in range(repeats + 1):
        for name, run in contenders.items():
            time.sleep(0.2)  # the threads of the one before come to rest
            seconds = run()
            if repeat > 0:
                times[name].append(seconds)
    return times


def summary(seconds):
    return {"median": statistics.median(seconds), "least": min(seconds), "most": max(seconds),
            "count": len(seconds)}


def compared(times, ours, theirs):
    """Medians of two contenders and how many times faster ours is, run beside run as well."""
    ratios = sorted(other / own for own, other in zip(times[ours], times[theirs]))
    return {"ours": summary(times[ours]), "theirs": summary(times[theirs]),
            "ratio": statistics.median(times[theirs]) / statistics.median(times[ours]),
            "ratio_least": ratios[0], "ratio_most": ratios[-1]}
