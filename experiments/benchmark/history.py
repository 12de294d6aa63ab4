#!/usr/bin/env python3
"""Append a run of the benchmark to its history, one row.

usage: history.py BENCHMARK.json HISTORY.csv VERSION

The columns are the ratios of the run and the shares of the floor; VERSION is what was measured, such as the
output of `git describe --always`. Runs of different machines are not compared by their seconds.
"""

import csv
import json
import pathlib
import sys

COLUMNS = ["date", "version", "cpu", "kernels", "threads", "sgemm_gflops", "share_of_floor_64",
           "share_of_floor_512", "share_of_floor_1024", "gradient", "spectra_svd", "means_gesdd",
           "pipeline", "pipeline_over_alone", "recovery_step", "generation", "seconds_7b",
           "anonymous_gb_7b", "seconds_13b", "anonymous_gb_13b", "seconds_70b",
           "anonymous_gb_70b"]


def row(found, version):
    machine, growth = found["machine"], found.get("growth", {}).get("tokens", {})

    def ratio(entry):
        return f"{entry['ratio']:.2f}" if entry else ""

    def large(name, value):
        entry = found.get("large", {}).get(name, {}).get("second")
        return f"{value(entry):.2f}" if entry else ""

    def share(tokens):
        return f"{growth[tokens]['share_of_sgemm_rate']:.2f}" if tokens in growth else ""

    pipeline = found.get("pipeline", {})
    gradients = found.get("gradients", {})
    values = {
        "date": machine["date"], "version": version, "cpu": machine["cpu"],
        "kernels": machine["kernels"], "threads": machine["threads"],
        "sgemm_gflops": f"{gradients['sgemm_flops'] / 1e9:.0f}" if gradients else "",
        "share_of_floor_64": f"{gradients['share_of_sgemm_rate']:.2f}" if gradients else "",
        "share_of_floor_512": share("512"), "share_of_floor_1024": share("1024"),
        "gradient": ratio(gradients), "spectra_svd": ratio(found.get("spectra", {}).get("against_svd")),
        "means_gesdd": ratio(found.get("formed")), "pipeline": ratio(pipeline),
        "pipeline_over_alone": f"{pipeline['over_alone']['median']:.2f}" if pipeline else "",
        "recovery_step": ratio(found.get("recovery")), "generation": ratio(found.get("generation"))}
    for name in ("llama-2-7b", "llama-2-13b", "llama-3-70b"):
        size = name.rpartition("-")[2]
        values[f"seconds_{size}"] = large(name, lambda entry: entry["seconds"])
        values[f"anonymous_gb_{size}"] = large(name, lambda entry: entry["anonymous_bytes"] / 1e9)
    return values


def main(source, history, version):
    found = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))
    path = pathlib.Path(history)
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row(found, version))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__.split("\n\n")[1])
    main(*sys.argv[1:])
