#!/usr/bin/env python3
"""Write the table and the figure of benchmark.json.

usage: report.py BENCHMARK.json TABLE.md FIGURE_STEM
"""

import json
import pathlib
import sys

import vl_convert

FORMATS = {"svg": vl_convert.vegalite_to_svg, "png": vl_convert.vegalite_to_png}


def seconds(entry):
    return f"{entry['median']:.3g} s [{entry['least']:.3g}, {entry['most']:.3g}]"


def times_faster(entry):
    return f"{entry['ratio']:.1f} × [{entry['ratio_least']:.1f}, {entry['ratio_most']:.1f}]"


def comparison(what, entry, unit=1):
    if not entry:
        return []
    return [(what, seconds(entry["ours"]), seconds(entry["theirs"]), times_faster(entry))]


def rows(found):
    """(what, ours, theirs, ratio) of every comparison that was made."""
    spectra = found.get("spectra", {})
    table = comparison("gradient pass, SmolLM2, 64 tokens, against PyTorch forward + backward",
                       found.get("gradients"))
    for name, what in (("svd", "torch.linalg.svd"), ("svd_lowrank", "torch.svd_lowrank(q=64)"),
                       ("svds", "scipy svds(k=64)")):
        table += comparison(f"spectra of 210 matrices, against {what}",
                            spectra.get(f"against_{name}"))
    table += comparison("means of many examples, a layer's matrices, against gesdd", found.get("formed"))
    table += comparison("checkpoint to spectra file, whole processes", found.get("pipeline"))
    table += comparison("recovery step, rank 8, against PyTorch + PEFT", found.get("recovery"))
    table += comparison("64 prompts × 64 new tokens, against transformers generate",
                        found.get("generation"))
    return table


def markdown(found):
    machine = found["machine"]
    lines = [f"Measured on {machine['cpu']} with {machine['threads']} threads; PyTorch "
             f"{machine['torch']}, transformers {machine['transformers']}, PEFT {machine['peft']}, "
             f"SciPy {machine['scipy']}. Medians with the least and the most; contenders took turns.",
             "", "| | Suture | other | times faster |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows(found)]
    lines += [""] + list(remarks(found)) + list(growth(found.get("growth")))
    return "\n".join(lines) + "\n"


def remarks(found):
    if entry := found.get("gradients"):
        yield (f"- The gradient pass runs at {entry['share_of_sgemm_rate']:.0%} of the sgemm rate of "
               f"the same run, {entry['sgemm_flops'] / 1e9:.0f} Gflop/s.")
    if entry := found.get("spectra"):
        errors = ", ".join(f"{name} {error:.0e}" for name, error in entry["error_of_s1"].items())
        yield (f"- Largest error of a singular value, in units of its matrix's first, against a float64 "
               f"decomposition of the same gradient: {errors}.")
        yield f"- Without vectors the spectra take {seconds(entry['values_alone'])}."
    if peaks := found.get("pipeline", {}).get("peak_bytes"):
        yield (f"- Peak memory from checkpoint to spectra: {peaks['ours'] / 1e9:.2f} GB against "
               f"{peaks['theirs'] / 1e9:.2f} GB.")
    if entry := found.get("recovery"):
        yield f"- A whole recovery of {entry['steps']} steps: {seconds(entry['whole_recovery'])}."
    if entry := found.get("generation"):
        yield f"- {entry['same_answers']} of {entry['prompts']} answers are the same, token by token."
    for name, entry in found.get("large", {}).items():
        if "skipped" in entry:
            yield f"- {name} shape: skipped, {entry['skipped']}."
        else:
            yield (f"- {name} shape, {entry['checkpoint_bytes'] / 1e9:.1f} GB bf16, 64-token example, "
                   f"all matrices: gradients {entry['gradients']['seconds']:.0f} s, spectra "
                   f"{entry['spectra']['seconds']:.0f} s, {entry['peak_bytes'] / 1e9:.2f} GB at most.")


def growth(found):
    if not found:
        return
    yield ""
    yield "| grows with | | gradient pass | spectra | share of the sgemm rate |"
    yield "|---|---|---|---|---|"
    for kind, entries in found.items():
        for size, entry in entries.items():
            yield (f"| {kind} | {size} | {seconds(entry['gradient'])} | "
                   f"{entry['spectra']['median']:.3g} s | {entry['share_of_sgemm_rate']:.0%} |")


def figure(found):
    values = [{"what": what, "ratio": float(ratio.split()[0])} for what, _, _, ratio in rows(found)]
    # A log scale has no zero: bars begin at 1, as fast as the other.
    scale = {"type": "log", "domain": [0.8, 2 * max(value["ratio"] for value in values)]}
    encoding = {
        "y": {"field": "what", "type": "nominal", "sort": None, "title": None,
              "axis": {"labelLimit": 480, "ticks": False, "domain": False}},
        "x": {"field": "ratio", "type": "quantitative", "scale": scale, "stack": None,
              "axis": {"title": "times faster than the other (log scale)", "grid": True,
                       "values": [1, 2, 5, 10, 20, 50, 100, 200], "format": "d"}}}
    bar = {"mark": {"type": "bar", "color": "#0b6e99", "height": 14},
           "encoding": {**encoding, "x2": {"datum": 1}}}
    label = {"mark": {"type": "text", "align": "left", "dx": 4},
             "encoding": {**encoding, "text": {"field": "ratio", "format": ".1f"}}}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": 460,
            "height": {"step": 26}, "background": "white", "config": {"view": {"stroke": None}},
            "title": {"text": f"{found['machine']['cpu']}, {found['machine']['threads']} threads",
                      "anchor": "start"},
            "data": {"values": values}, "layer": [bar, label]}


def main(source, table, stem):
    found = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))
    text = markdown(found)
    pathlib.Path(table).write_text(text, encoding="utf-8")
    for extension, convert in FORMATS.items():
        drawn = convert(figure(found), **({"scale": 2} if extension == "png" else {}))
        target = pathlib.Path(f"{stem}.{extension}")
        if isinstance(drawn, bytes):
            target.write_bytes(drawn)
        else:
            target.write_text(drawn, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
