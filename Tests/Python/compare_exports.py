"""Compares a sweep's results or a comparison with its exports: the same numbers in every format, bit by bit.

usage: compare_exports.py FILE.h5 STEM

STEM.csv, STEM.json, STEM.npz and STEM.vl.json are the exports. Prints how many numbers of the chart were compared.
"""

import csv
import itertools
import json
import math
import sys

import h5py
import numpy as np

LABELS = ("model", "attack", "seed", "recovery", "rank", "step", "set", "metric")
NUMBERS = ("value", "low", "high")


def read(file, name):
    dataset = file[name]
    if h5py.check_string_dtype(dataset.dtype):
        return dataset.asstr()[()]
    return dataset[()]


def number(text):
    return math.nan if text in ("", None) else float(text)


def same(one, other):
    return one == other or (math.isnan(one) and math.isnan(other))


def require_arrays(file, path):
    names = []
    file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    with np.load(path) as arrays:
        assert sorted(arrays.files) == sorted(names), (arrays.files, names)
        for name in names:
            stored = read(file, name)
            np.testing.assert_array_equal(arrays[name], stored, err_msg=name)
            if stored.dtype.kind == "f":
                assert arrays[name].dtype == stored.dtype, name


def all_numbers(value):
    """Every number of a chart's data that is an end or a middle of something."""
    if isinstance(value, list):
        for element in value:
            yield from all_numbers(element)
    elif isinstance(value, dict):
        if "values" in value and isinstance(value["values"], list):
            yield from (record for record in value["values"] if isinstance(record, dict))
        for element in value.values():
            yield from all_numbers(element)


def compare_sweep(file, stem, chart):
    axes = [read(file, name) for name in LABELS]
    arrays = [read(file, name) for name in NUMBERS]
    stored = {}
    for place in itertools.product(*(range(len(axis)) for axis in axes)):
        numbers = tuple(float(array[place]) for array in arrays)
        if not all(map(math.isnan, numbers)):
            stored[tuple(str(axis[index]) for axis, index in zip(axes, place))] = numbers
    with open(stem + ".csv", newline="") as table:
        rows = list(csv.DictReader(table))
    document = json.load(open(stem + ".json"))
    assert document["format"] == "suture-sweep" and document["attributes"]["sweep"] == file.attrs["sweep"]
    for found in (rows, document["results"]):
        assert len(found) == len(stored), (len(found), len(stored))
        for row in found:
            numbers = stored[tuple(str(row[label]) for label in LABELS)]
            assert all(same(number(row[name]), value) for name, value in zip(NUMBERS, numbers)), row
    records = list(all_numbers(chart))
    drawn = set()
    for record in records:
        for metric, set_name in (("attack_success", "harmful"), ("over_refusal", "benign")):
            key = tuple(str(record[label]) for label in LABELS[:6]) + (record[set_name], metric + "_rate")
            if record["state"] == "before":
                # All seeds share the model as it is.
                assert record["attack"] == "none"
            for name, value in zip(("rate", "low", "high"), stored[key]):
                assert same(number(record[f"{metric}_{name}"]), value), (record, key)
            drawn.add(key)
    states = {key[:6] for key in stored if key[3] != "none"}
    for state in states:
        rates = {key for key in stored if key[:6] == state and key[7] in
                 ("attack_success_rate", "over_refusal_rate") and not math.isnan(stored[key][0])}
        if len({key[7] for key in rates}) == 2:
            assert rates <= drawn, rates - drawn
    return 6 * len(records)


def compare_comparison(file, stem, chart):
    names = [name for name in file]
    with open(stem + ".csv", newline="") as table:
        rows = list(csv.DictReader(table))
    by_table = {}
    for row in rows:
        by_table.setdefault(row["table"], []).append(row["value"])
    document = json.load(open(stem + ".json"))
    nested = {table["name"]: table for table in document["tables"]}
    assert sorted(nested) == sorted(names)
    for name in names:
        stored = read(file, name)
        if stored.dtype.kind == "O":
            assert nested[name]["values"] == stored.tolist(), name
            continue
        found = np.array(nested[name]["values"], dtype=float)
        np.testing.assert_array_equal(found, stored.astype(float), err_msg=name)
        if name in by_table:
            found = np.array([number(text) for text in by_table[name]])
            np.testing.assert_array_equal(found, stored.astype(float).ravel(), err_msg=name)
        else:
            assert file[name].is_scale, name
    relations, modules, ranks = (list(read(file, name)) for name in ("relation", "module", "rank"))
    tables = {name: read(file, name) for name in names}
    drawn = 0
    for record in all_numbers(chart):
        side = record["side"]
        place = (relations.index(record["relation"]), modules.index(record["module"]), ranks.index(record["rank"]))
        for name in ("mean", "low", "high"):
            assert same(number(record[name]), float(tables[f"overlap_{side}_{name}"][place])), record
        assert record["chance"] == tables[f"chance_{side}"][place[1:]]
        assert record["layer"] == tables["layer"][place[1]]
        drawn += 4
    known = sum(int((~np.isnan(tables[f"overlap_{side}_mean"])).sum()) for side in "uv")
    assert drawn == 4 * known, (drawn, known)
    return drawn


def main():
    path, stem = sys.argv[1:]
    with h5py.File(path) as file:
        require_arrays(file, stem + ".npz")
        chart = json.load(open(stem + ".vl.json"))
        assert chart["usermeta"]["format"] == "suture-plot"
        compare = compare_sweep if file.attrs["format"] == "suture-sweep" else compare_comparison
        count = compare(file, stem, chart)
    assert count > 0
    print(f"{count} numbers of the chart are those of the file")


if __name__ == "__main__":
    main()
