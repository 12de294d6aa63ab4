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


def comparisons(found):
    """(what, entry) of every comparison that was made."""
    spectra = found.get("spectra", {})
    entries = [("gradient pass, SmolLM2, 64 tokens, against PyTorch forward + backward",
                found.get("gradients"))]
    for name, what in (("svd", "torch.linalg.svd"), ("svd_lowrank", "torch.svd_lowrank(q=64)"),
                       ("svds", "scipy svds(k=64)")):
        entries.append((f"spectra of 210 matrices, against {what}", spectra.get(f"against_{name}")))
    entries += [
        ("means of many examples, a layer's matrices, against gesdd", found.get("formed")),
        ("checkpoint to spectra file, whole processes", found.get("pipeline")),
        ("recovery step, rank 8, against PyTorch + PEFT", found.get("recovery")),
        ("64 prompts × 64 new tokens, against transformers generate", found.get("generation"))]
    return [(what, entry) for what, entry in entries if entry]


def markdown(found):
    machine = found["machine"]
    lines = [f"Measured on {machine['cpu']} with {machine['threads']} threads and OpenBLAS's kernels for "
             f"{machine['kernels']}; PyTorch "
             f"{machine['torch']}, transformers {machine['transformers']}, PEFT {machine['peft']}, "
             f"SciPy {machine['scipy']}. Medians with the least and the most; contenders took turns.",
             "", "| | Suture | other | times faster |", "|---|---|---|---|"]
    lines += [f"| {what} | {seconds(entry['ours'])} | {seconds(entry['theirs'])} | "
              f"{times_faster(entry)} |" for what, entry in comparisons(found)]
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
    if entry := found.get("pipeline"):
        ours, theirs = entry["memory"]["ours"], entry["memory"]["theirs"]
        yield (f"- Peak memory from checkpoint to spectra: {ours['peak_bytes'] / 1e9:.2f} GB, of which "
               f"{ours['anonymous_bytes'] / 1e9:.2f} GB are anonymous, against "
               f"{theirs['peak_bytes'] / 1e9:.2f} GB and {theirs['anonymous_bytes'] / 1e9:.2f} GB.")
        over = entry["over_alone"]
        yield (f"- From checkpoint to spectra takes {over['median']:.1f} times [{over['least']:.1f}, "
               f"{over['most']:.1f}] as long as gradients and spectra alone of a model in memory "
               f"({seconds(entry['alone'])}).")
    if entry := found.get("recovery"):
        yield f"- A whole recovery of {entry['steps']} steps: {seconds(entry['whole_recovery'])}."
    if entry := found.get("generation"):
        yield f"- {entry['same_answers']} of {entry['prompts']} answers are the same, token by token."
    for name, entry in found.get("large", {}).items():
        if "skipped" in entry:
            yield f"- {name} shape: skipped, {entry['skipped']}."
        else:
            runs = [entry["first"], entry["second"]]
            kind = "Q4_K_M" if name == "llama-3-70b" else "bf16"
            yield (f"- {name} shape, {entry['checkpoint_bytes'] / 1e9:.1f} GB {kind}, 64-token example, from "
                   f"checkpoint to the spectra of all matrices: {runs[0]['seconds']:.1f} s, and "
                   f"{runs[1]['seconds']:.1f} s when it was run again; "
                   f"{max(run['peak_bytes'] for run in runs) / 1e9:.2f} GB at most, of which "
                   f"{max(run['anonymous_bytes'] for run in runs) / 1e9:.2f} GB are anonymous; sgemm "
                   f"{entry['sgemm_flops'] / 1e9:.0f} Gflop/s.")


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
    values = [{"what": what, "ratio": entry["ratio"], "least": entry["ratio_least"],
               "most": entry["ratio_most"]} for what, entry in comparisons(found)]
    # A log scale has no zero: bars begin at 1, as fast as the other.
    scale = {"type": "log", "domain": [min(0.8, *(value["least"] for value in values)),
                                       2 * max(value["most"] for value in values)]}
    encoding = {
        "y": {"field": "what", "type": "nominal", "sort": None, "title": None,
              "axis": {"labelLimit": 480, "ticks": False, "domain": False}},
        "x": {"field": "ratio", "type": "quantitative", "scale": scale, "stack": None,
              "axis": {"title": "times faster than the other (log scale)", "grid": True,
                       "values": [1, 2, 5, 10, 20, 50, 100, 200], "format": "d"}}}
    bar = {"mark": {"type": "bar", "color": "#0b6e99", "height": 14},
           "encoding": {**encoding, "x2": {"datum": 1}}}
    spread = {"mark": {"type": "rule", "color": "black", "strokeWidth": 1.5},
              "encoding": {**encoding, "x": {**encoding["x"], "field": "least"},
                           "x2": {"field": "most"}}}
    label = {"mark": {"type": "text", "align": "left", "dx": 4},
             "encoding": {**encoding, "x": {**encoding["x"], "field": "most"},
                          "text": {"field": "ratio", "format": ".1f"}}}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": 460,
            "height": {"step": 26}, "background": "white", "config": {"view": {"stroke": None}},
            "title": {"text": f"{found['machine']['cpu']}, {found['machine']['threads']} threads",
                      "anchor": "start"},
            "data": {"values": values}, "layer": [bar, spread, label]}


def main(source, table, stem):
    found = json.loads(pathlib.Path(source).read_text(encoding="utf-8"))
    text = markdown(found)
    pathlib.Path(table).write_text(text, encoding="utf-8")
    for extension, convert in FORMATS.items() if comparisons(found) else ():
        drawn = convert(figure(found), **({"scale": 2} if extension == "png" else {}))
        target = pathlib.Path(f"{stem}.{extension}")
        if isinstance(drawn, bytes):
            target.write_bytes(drawn)
        else:
            target.write_text(drawn, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
