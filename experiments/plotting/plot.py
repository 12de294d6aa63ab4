#!/usr/bin/env python3
"""Reads a sweep with pandas and with xarray and spectra with xarray; draws attack success over the steps.

usage: plot.py DATA OUTPUT

DATA holds results.csv and results.h5 of a sweep and a spectra.h5; sweep.vl.json and spectra.vl.json
(Vega-Lite) go to OUTPUT. Needs pandas, xarray and h5netcdf.
"""

import json
import pathlib
import sys

import pandas
import xarray

STATE = ["model", "attack", "seed", "recovery", "rank", "step", "set"]


def read_table(path):
    """The rows of whole sets. Only what is empty is missing: a model may be called NA."""
    rows = pandas.read_csv(path, keep_default_na=False, na_values=[""])
    return rows[rows.category.isna()]


def attack_success(rows):
    """Attack success of every recovered state, one row each: nothing is averaged."""
    rates = rows[(rows.metric == "attack_success_rate") & rows.recovery.notna()]
    assert not rates.duplicated(STATE).any()
    return rates[STATE + ["value", "low", "high"]]


def require_same(rates, array):
    """The array has the same numbers under the same labels."""
    for row in rates.itertuples():
        place = {name: getattr(row, name) for name in STATE}
        number = array.value.sel(metric="attack_success_rate", **place)
        assert float(number) == row.value, place


def write_chart(path, title, frame, x, y, y_title, layers, panels):
    values = json.loads(frame.to_json(orient="records"))
    # Colour and shape share a legend when both have the domain written out.
    kinds = {"field": layers, "type": "nominal", "legend": {"symbolOpacity": 1},
             "scale": {"domain": frame[layers].drop_duplicates().tolist()}}
    line = {"x": {"field": x, "type": "quantitative"},
            "y": {"field": y, "type": "quantitative", "title": y_title}, "color": kinds}
    if "seed" in frame:
        line["detail"] = {"field": "seed"}
    layer = [{"mark": "line", "encoding": line},
             {"mark": {"type": "point", "filled": True, "size": 50, "opacity": 1},
              "encoding": {**line, "shape": kinds}}]
    if "low" in frame:
        span = {**line, "y": {"field": "low", "type": "quantitative", "title": y_title},
                "y2": {"field": "high"}}
        layer.insert(0, {"mark": {"type": "rule", "opacity": 0.4}, "encoding": span})
    path.write_text(json.dumps({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "title": title,
        "data": {"values": values}, "facet": {"field": panels, "title": None}, "columns": 2,
        "spec": {"width": 230, "height": 190, "layer": layer}}, indent=1) + "\n")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    data, output = map(pathlib.Path, sys.argv[1:])

    rates = attack_success(read_table(data / "results.csv"))
    with xarray.open_dataset(data / "results.h5", engine="h5netcdf") as array:
        require_same(rates, array)
    print(f"attack success: {len(rates)} points, mean {rates.value.mean():.6f}")
    write_chart(output / "sweep.vl.json", "Attack success over the steps of a recovery", rates,
                "step", "value", "attack success", "rank", "recovery")

    with xarray.open_dataset(data / "spectra.h5", engine="h5netcdf") as spectra:
        ranks = spectra[["effective_rank", "rank_bound", "kind"]].to_dataframe().reset_index()
    print(f"effective rank: {len(ranks)} points, mean {ranks.effective_rank.mean():.6f}")
    attention = ranks[ranks.projection.isin(["q_proj", "down_proj"])]
    write_chart(output / "spectra.vl.json", "Effective rank of gradients",
                attention[["layer", "effective_rank", "kind", "projection"]],
                "layer", "effective_rank", "effective rank", "kind", "projection")


if __name__ == "__main__":
    main()
