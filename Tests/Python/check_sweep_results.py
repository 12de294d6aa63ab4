"""Compares the two tables of a sweep: every row of results.csv stands in results.h5 under its labels.

ROWS is the number of those that have a value.

usage: check_sweep_results.py FOLDER ROWS
"""

import csv
import math
import sys

import xarray

folder, rows = sys.argv[1], int(sys.argv[2])
data = xarray.open_dataset(folder + "/results.h5", engine="h5netcdf")
dimensions = ("model", "attack", "seed", "recovery", "rank", "step", "set", "metric")
assert data.value.dims == dimensions, data.value.dims
assert data.attrs["format"] == "suture-sweep", data.attrs
assert data.attrs["created"] == "2023-11-14T22:13:20Z", data.attrs
seen = 0
with open(folder + "/results.csv", newline="") as file:
    for row in csv.DictReader(file):
        if row["category"]:
            continue
        place = {
            "model": row["model"],
            "attack": row["attack"],
            "seed": int(row["seed"]),
            "recovery": row["recovery"] or "none",
            "rank": int(row["rank"] or 0),
            "step": int(row["step"] or 0),
            "set": row["set"],
            "metric": row["metric"],
        }
        for name in ("value", "low", "high"):
            stored = float(data[name].sel(place))
            if row[name]:
                assert stored == float(row[name]), (place, name, stored, row[name])
            else:
                assert math.isnan(stored), (place, name, stored)
        seen += bool(row["value"])
assert seen == rows, seen
assert int(data.value.notnull().sum()) == rows
