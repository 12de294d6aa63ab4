#!/usr/bin/env python3
"""Draw the figures of a quickstart run.

usage: draw.py RESULTS

Reads RESULTS/scores.csv and RESULTS/spectra.csv, writes recovery and spectra as .vl.json
(Vega-Lite), .svg, .png and a self-contained interactive .html. Needs vl-convert-python.
"""

import csv
import json
import os
import pathlib
import sys

import vl_convert

INK, GREY, LIGHT = "#1f2430", "#6b7280", "#d8dce3"
RANK_COLOURS = {"1": "#0b6e99", "4": "#d9822b", "16": "#7a4fa3", "all": "#3d4756"}
EXAMPLE_COLOURS = ["#b5342c", "#0b6e99", "#d9822b", "#7a4fa3", "#5b8c3e", "#6b7280"]
ARMS = {"own": "subspace of its own gradient", "random": "random subspace",
        "full": "all directions"}
MEASURES = {"attack_success_rate": "attack success rate", "over_refusal_rate": "over-refusal"}

CONFIG = {
    "background": "white", "font": "Liberation Sans, Helvetica, Arial, sans-serif",
    "view": {"stroke": None},
    "title": {"anchor": "start", "color": INK, "fontSize": 17, "fontWeight": "bold", "offset": 14,
              "subtitleColor": GREY, "subtitleFontSize": 12.5, "subtitlePadding": 6,
              "subtitleLineHeight": 17},
    "axis": {"labelColor": GREY, "titleColor": INK, "titleFontWeight": "normal", "labelFontSize": 11.5,
             "titleFontSize": 12.5, "grid": True, "gridColor": "#eceff3", "domain": False,
             "tickColor": LIGHT, "labelPadding": 6, "titlePadding": 10},
    "legend": {"labelColor": INK, "titleColor": INK, "titleFontWeight": "normal",
               "labelFontSize": 12, "titleFontSize": 12.5, "symbolOpacity": 1, "symbolSize": 110},
    "header": {"labelColor": INK, "labelFontSize": 13, "labelFontWeight": "bold", "title": None},
}


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Recovery: how safety and over-refusal change with the steps.


def recovery_points(rows):
    """Points of every arm, each starting at the attacked model, and the reference levels."""
    rates = [row for row in rows if row["measure"] in MEASURES and row["value"]]
    number = lambda row: {"value": float(row["value"]), "low": float(row["low"]),
                          "high": float(row["high"]), "set": row["set"],
                          "measure": MEASURES[row["measure"]], "count": int(row["count"])}
    first = {row["measure"]: row["set"] for row in reversed(rates)}
    rates = [row for row in rates if row["set"] == first[row["measure"]]]
    attacked = [number(row) for row in rates if row["arm"] == "attacked"]
    series = dict.fromkeys((row["arm"], row["rank"] or "all") for row in rates
                           if row["arm"] in ARMS)
    points = [{**point, "arm": ARMS[arm], "rank": rank, "step": 0}
              for arm, rank in series for point in attacked]
    points += [{**number(row), "arm": ARMS[row["arm"]], "rank": row["rank"] or "all",
                "step": int(row["step"])} for row in rates if row["arm"] in ARMS]
    levels = [{**number(row), "level": row["arm"], "arm": ARMS[arm]} for row in rates
              if row["arm"] in ("init", "attacked") for arm in dict.fromkeys(a for a, _ in series)]
    return points, levels, first


def recovery_panel(arm, measure, points, levels, is_first, is_last_row, is_last):
    steps = max(point["step"] for point in points)
    inside = lambda records: [record for record in records
                              if record["arm"] == arm and record["measure"] == measure]
    x = {"field": "step", "type": "quantitative", "scale": {"domain": [0, steps]},
         "axis": {"title": "recovery step" if is_last_row else None, "tickMinStep": 1,
                  "labels": is_last_row, "format": "d"}}
    y = {"field": "value", "type": "quantitative", "scale": {"domain": [0, 1]},
         "axis": {"title": measure if is_first else None, "labelOpacity": int(is_first), "format": ".0%",
                  "tickCount": 5}}
    colour = {"field": "rank", "type": "nominal", "scale": {
        "domain": list(RANK_COLOURS), "range": list(RANK_COLOURS.values())},
        "legend": {"title": "rank of the update", "orient": "top", "direction": "horizontal"}}
    tooltip = [{"field": "arm"}, {"field": "rank"}, {"field": "step"},
               {"field": "value", "format": ".1%", "title": measure},
               {"field": "low", "format": ".1%", "title": "95 % from"},
               {"field": "high", "format": ".1%", "title": "to"}, {"field": "count"}]
    shown = {"condition": {"param": "chosen", "value": 1}, "value": 0.08}
    band = {"mark": {"type": "area", "interpolate": "linear"}, "encoding": {
        "x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour,
        "opacity": {"condition": {"param": "chosen", "value": 0.13}, "value": 0.02}}}
    line = {"mark": {"type": "line", "strokeWidth": 2.4},
            "encoding": {"x": x, "y": y, "color": colour, "opacity": shown}}
    dots = {"mark": {"type": "point", "filled": True, "size": 46, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": colour, "opacity": shown, "tooltip": tooltip}}
    reference = {"data": {"values": inside(levels)}, "mark": {
        "type": "rule", "strokeDash": [4, 4], "color": GREY, "strokeWidth": 1.2},
        "encoding": {"y": y}}
    layers = [reference, band, line, dots]
    if is_last:
        layers.append({"data": {"values": inside(levels)}, "mark": {
            "type": "text", "align": "left", "dx": 7, "color": GREY, "fontSize": 11.5},
            "encoding": {"x": {"datum": steps}, "y": y, "text": {"field": "level"}}})
    panel = {"width": 250, "height": 170, "data": {"values": inside(points)}, "layer": layers}
    if measure == list(MEASURES.values())[0]:
        panel["title"] = {"text": arm, "fontSize": 13, "anchor": "middle", "offset": 8}
    return panel


def recovery_figure(rows):
    points, levels, sets = recovery_points(rows)
    arms = [name for name in ARMS.values() if any(point["arm"] == name for point in points)]
    measures = list(MEASURES.values())
    grid = [{"hconcat": [
        recovery_panel(arm, measure, points, levels, arm == arms[0], measure == measures[-1],
                       arm == arms[-1]) for arm in arms], "spacing": 0} for measure in measures]
    grid[0]["hconcat"][0]["layer"][1]["params"] = [
        {"name": "chosen", "select": {"type": "point", "fields": ["rank"]}, "bind": "legend"}]
    counts = {point["measure"]: point["count"] for point in points}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG,
        "title": {"text": "One refusal example, and what it buys", "subtitle": [
            "Shares of harmful prompts answered and of harmless prompts refused after each step of "
            "recovery; bands are 95 % Wilson intervals.",
            f"{sets['attack_success_rate']} ({counts[measures[0]]} prompts), "
            f"{sets['over_refusal_rate']} ({counts[measures[1]]} prompts), greedy answers. "
            "A good recovery reaches the init line in both rows."]},
        "vconcat": grid, "spacing": 14}


# Spectra: how much of a gradient's energy its first components hold.


def spectra_points(rows):
    """The summary's numbers, and the rank bound of each example."""
    numbers = ("component", "median", "low", "high")
    points = [{"example": row["example"], **{key: float(row[key]) for key in numbers}}
              for row in rows]
    return points, {row["example"]: float(row["rank_bound"]) for row in rows}


def spectra_figure(rows):
    points, bounds = spectra_points(rows)
    longest = max(bounds.values())
    examples = list(bounds)
    flat = [{"example": example, "component": k, "median": min(1, k / bounds[example])}
            for example in examples for k in range(1, int(longest) + 1)]
    colour = {"field": "example", "type": "nominal", "scale": {
        "domain": examples, "range": EXAMPLE_COLOURS[:len(examples)]},
        "legend": {"title": None, "orient": "right", "labelLimit": 260}}
    x = {"field": "component", "type": "quantitative", "title": "components kept",
         "scale": {"type": "log", "domain": [1, longest], "nice": False},
         "axis": {"values": [1, 2, 3, 5, 10, 20, 50, 100, 200], "format": "d"}}
    y = {"field": "median", "type": "quantitative", "title": "cumulative energy",
         "scale": {"domain": [0, 1]}, "axis": {"format": ".0%"}}
    shown = {"condition": {"param": "chosen", "value": 1}, "value": 0.08}
    tooltip = [{"field": "example"}, {"field": "component"},
               {"field": "median", "format": ".1%"}, {"field": "low", "format": ".1%"},
               {"field": "high", "format": ".1%"}]
    layers = [
        {"data": {"values": flat}, "mark": {"type": "line", "strokeDash": [3, 4],
                                            "strokeWidth": 1.2, "opacity": 0.6},
         "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": {"type": "area"}, "encoding": {
            "x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour,
            "opacity": {"condition": {"param": "chosen", "value": 0.1}, "value": 0.02}},
         "params": [{"name": "chosen", "bind": "legend",
                     "select": {"type": "point", "fields": ["example"]}}]},
        {"mark": {"type": "line", "strokeWidth": 2.4},
         "encoding": {"x": x, "y": y, "color": colour, "opacity": shown}},
        {"mark": {"type": "point", "filled": True, "size": 30},
         "encoding": {"x": x, "y": y, "color": colour, "opacity": shown, "tooltip": tooltip}}]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG,
        "title": {"text": "Low rank, or only few tokens?", "subtitle": [
            "Energy of one example's gradient in its first components: median over all weight "
            "matrices, band from the 10 % to the 90 % quantile.",
            "Dotted: a flat spectrum at the trivial bound min(tokens, out, in), where every "
            "component counts the same."]},
        "width": 640, "height": 340, "data": {"values": points}, "layer": layers}


def write(path, content):
    part = path.with_name(f".part-{path.name}")
    part.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.replace(part, path)


def draw(spec, stem):
    write(stem.with_suffix(".vl.json"), json.dumps(spec, indent=1) + "\n")
    write(stem.with_suffix(".svg"), vl_convert.vegalite_to_svg(spec))
    write(stem.with_suffix(".png"), vl_convert.vegalite_to_png(spec, scale=2))
    write(stem.with_suffix(".html"), vl_convert.vegalite_to_html(spec, bundle=True))
    print(f"draw: {stem}.svg, .png, .html", file=sys.stderr)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n\n")[1])
    results = pathlib.Path(sys.argv[1])
    try:
        draw(recovery_figure(read(results / "scores.csv")), results / "recovery")
        draw(spectra_figure(read(results / "spectra.csv")), results / "spectra")
    except FileNotFoundError as error:
        sys.exit(f"draw: {error.filename} is missing")


if __name__ == "__main__":
    main()
