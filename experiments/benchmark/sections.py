"""The sections of the benchmark; each returns what it measured."""

import json
import pathlib
import shutil
import sys

import h5py
import numpy
import scipy.sparse.linalg
import torch

import reference
from measuring import alternate, compared, note, summary
from suture import Suture, run_process
import synthetic

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data"
TOKENS = 64          # of the example of most sections
ANSWER_TOKENS = 16   # of those, the ones that carry loss
RANK = 64            # singular vectors on each side
LAYER_STEP = 10      # svds decomposes the matrices of every tenth layer only
RECOVERY = (8, 12)   # rank, steps
PROMPTS, NEW_TOKENS = 64, 64
SHORT = 3            # times as many repeats of what takes less than a second


def versions():
    import peft
    import scipy
    import transformers
    return {"torch": torch.__version__, "transformers": transformers.__version__,
            "peft": peft.__version__, "scipy": scipy.__version__}


def example(arguments, tokens=TOKENS, answer=ANSWER_TOKENS, vocabulary=49152):
    """An example of arbitrary tokens: their number decides the time, not what they are."""
    ids = [(index * 7919 + 1) % vocabulary for index in range(tokens)]
    labels = [-100] * (tokens - answer) + ids[tokens - answer:]
    path = arguments.work / f"example-{tokens}.jsonl"
    path.write_text(json.dumps({"input_ids": ids, "labels": labels}) + "\n", encoding="utf-8")
    return path, ids, labels


def suture(arguments, example_path, model=None, **options):
    return Suture(arguments.suture, model or arguments.model, str(example_path),
                  threads=arguments.threads, **options)


def torch_model(arguments):
    torch.set_num_threads(arguments.threads)
    return reference.load(arguments.model)


def kernels(arguments):
    """What does the products on this machine."""
    path, _, _ = example(arguments)
    with suture(arguments, path) as ours:
        return ours("sgemm")["kernels"]


def floor_seconds(gradient, flops):
    """The operations that a gradient pass takes at least, at the rate of sgemm."""
    return gradient["operations"] / flops


def gradients(arguments):
    """(a) forward and backward pass of one example, and the floor that sgemm sets."""
    path, ids, labels = example(arguments)
    theirs = reference.GradientPass(torch_model(arguments), ids, labels)
    with suture(arguments, path) as ours:
        rates, last = [], {}

        def gradient():
            last.update(ours("gradient"))
            return last["seconds"]

        times = alternate(
            SHORT * arguments.repeats, sgemm=lambda: rates.append(ours("sgemm")["flops"]) or 0,
            ours=gradient, theirs=lambda: reference.seconds_of(theirs.run))
    flops = float(numpy.median(rates))
    result = compared(times, "ours", "theirs")
    floor = floor_seconds(last, flops)
    return {**result, "tokens": TOKENS, "loss_difference": abs(last["loss"] - theirs.loss),
            "sgemm_flops": flops, "floor_seconds": floor,
            "share_of_sgemm_rate": floor / result["ours"]["median"]}


def spectra(arguments):
    """(b) singular values and 64 vectors of all gradients, and how exact they are."""
    path, ids, labels = example(arguments)
    gradient_pass = reference.GradientPass(torch_model(arguments), ids, labels)
    gradient_pass.run()
    found = gradient_pass.gradients
    some = {name: gradient.numpy() for name, gradient in found.items()
            if int(name.split(".")[1]) % LAYER_STEP == 0}
    exact = {name: torch.linalg.svdvals(gradient.double()).numpy()
             for name, gradient in found.items()}
    own_exact = exact_spectra(arguments, path)
    values = {}

    def keep(name, found_values):
        values[name] = found_values

    def dense():
        keep("svd", {name: torch.linalg.svd(gradient, full_matrices=False).S.numpy()
                     for name, gradient in found.items()})

    def lowrank():
        torch.manual_seed(1)
        keep("svd_lowrank", {name: torch.svd_lowrank(gradient, q=RANK)[1].numpy()
                             for name, gradient in found.items()})

    def svds():
        keep("svds", {name: scipy.sparse.linalg.svds(gradient, k=RANK, random_state=1)[1][::-1]
                      for name, gradient in some.items()})

    with suture(arguments, path) as ours:
        ours("gradient")

        def factored():
            answer = ours(f"vectors {RANK}")
            keep("ours", answer["singular_values"])
            return answer["seconds"]

        times = alternate(
            arguments.repeats, ours=factored, values_alone=lambda: ours("spectra")["seconds"],
            svd=lambda: reference.seconds_of(dense),
            svd_lowrank=lambda: reference.seconds_of(lowrank),
            svds=lambda: reference.seconds_of(svds) * len(found) / len(some))
    return {"matrices": len(found), "tokens": TOKENS, "rank": RANK,
            "values_alone": summary(times["values_alone"]),
            **{f"against_{name}": compared(times, "ours", name)
               for name in ("svd", "svd_lowrank", "svds")},
            "error_of_s1": {
                name: spectrum_error(spectrum, own_exact if name == "ours" else exact)
                for name, spectrum in values.items()}}


def exact_spectra(arguments, example_path):
    """Singular values of our own gradients, formed from their factors and decomposed in float64."""
    gradients_file = arguments.work / "gradients.h5"
    run_process(suture_command(arguments, arguments.model, example_path, "--output", gradients_file))
    with h5py.File(gradients_file) as file:
        factors = file["factors/0"]
        return {module: torch.linalg.svdvals(torch.from_numpy(
            group["output_gradient"][:].astype("f8").T @ group["input"][:].astype("f8"))).numpy()
            for module, group in factors.items() if isinstance(group, h5py.Group)}


def spectrum_error(spectrum, exact):
    """The largest error of a singular value, in units of its matrix's first; 0 for those not found
    would be wrong, so a method answers for the 64 values that it was asked for."""
    def error(name, found):
        count = min(RANK, len(exact[name]))
        padded = numpy.zeros(count)
        padded[:min(count, len(found))] = numpy.asarray(found)[:count]
        return float(numpy.abs(padded - exact[name][:count]).max() / exact[name][0])
    return max(error(name, found) for name, found in spectrum.items())


def pipeline(arguments):
    """(c) from checkpoint to spectra file, as whole processes."""
    path, _, _ = example(arguments)
    spectra_file, torch_file = arguments.work / "spectra.h5", arguments.work / "torch.h5"
    peaks = {"ours": {}, "theirs": {}}

    def process(name, command):
        run = run_process(command)
        for kind in ("peak_bytes", "anonymous_bytes"):
            peaks[name][kind] = max(peaks[name].get(kind, 0), run[kind])
        return run["seconds"]

    with suture(arguments, path) as computing:
        times = alternate(
            arguments.repeats,
            ours=lambda: process("ours", suture_command(
                arguments, arguments.model, path, "--rank", RANK, "--spectra", spectra_file)),
            alone=lambda: computing("gradient")["seconds"]
            + computing(f"vectors {RANK}")["seconds"],
            theirs=lambda: process("theirs", [
                sys.executable, str(HERE / "torch_spectra.py"), arguments.model, str(path),
                str(torch_file), str(arguments.threads)]))
    ratios = sorted(whole / alone for whole, alone in zip(times["ours"], times["alone"]))
    return {**compared(times, "ours", "theirs"), "memory": peaks, "alone": summary(times["alone"]),
            "over_alone": summary(ratios)}


def suture_command(arguments, model, example_path, *flags):
    return [f"{arguments.suture}/compute-gradients", "--model", str(model), "--examples",
            str(example_path), *map(str, flags), "--threads", str(arguments.threads), "--quiet",
            "--force"]


def formed(arguments):
    """(h) spectra of sums of more products than the matrix is wide: by Gram matrices, against gesdd."""
    path, _, _ = example(arguments)
    answers = []
    with suture(arguments, path) as ours:

        def pair():
            answers.append(ours(f"dense {RANK}"))
            return answers[-1]["seconds"]

        times = {"ours": [pair() for _ in range(arguments.repeats)]}
    times["gesdd"] = [answer["gesdd_seconds"] for answer in answers]
    return {**compared(times, "ours", "gesdd"), "matrices": answers[0]["matrices"],
            "largest_difference": max(answer["largest_difference"] for answer in answers)}


def recovery(arguments):
    """(d) a step of a rank-8 recovery against a LoRA step of the same rank with PEFT."""
    rank, steps = RECOVERY
    path, ids, labels = example(arguments)
    model = torch_model(arguments)
    totals = []
    with suture(arguments, path) as ours:

        def recover():
            answer = ours(f"recovery {rank} {steps}")
            totals.append(answer["seconds"])
            return sum(answer["step_seconds"]) / steps

        times = alternate(
            SHORT * arguments.repeats, ours=recover,
            theirs=lambda: sum(reference.recovery_steps(model, ids, labels, rank, steps)) / steps)
    return {**compared(times, "ours", "theirs"), "rank": rank, "steps": steps,
            "whole_recovery": summary(totals[1:])}


def generation(arguments):
    """(e) greedy answers to 64 harmless prompts."""
    path, _, _ = example(arguments)
    with open(DATA / "harmless-train.jsonl", encoding="utf-8") as file:
        prompts = [json.loads(line)["prompt"] for line in file][:PROMPTS]
    prompt_file = arguments.work / "prompts.jsonl"
    prompt_file.write_text(
        "".join(json.dumps({"prompt": prompt}) + "\n" for prompt in prompts), encoding="utf-8")
    model, tokenizer = torch_model(arguments), reference.load_tokenizer(arguments.model)
    answers = {}

    def theirs():
        answers["theirs"] = reference.generate(model, tokenizer, prompts, NEW_TOKENS)

    with suture(arguments, path, prompts=str(prompt_file)) as ours:

        def generate():
            answer = ours(f"generate {NEW_TOKENS}")
            answers["ours"] = answer["tokens"]
            return answer["seconds"]

        times = alternate(
            arguments.repeats, ours=generate, theirs=lambda: reference.seconds_of(theirs))
    same = sum(own == other[:len(own)] for own, other in zip(answers["ours"], answers["theirs"]))
    return {**compared(times, "ours", "theirs"), "prompts": PROMPTS, "new_tokens": NEW_TOKENS,
            "same_answers": same}


def growth(arguments):
    """(f) the gradient pass by tokens, layers and width."""
    def passes(model, tokens, vocabulary):
        path, _, _ = example(arguments, tokens, min(ANSWER_TOKENS, tokens // 2), vocabulary)
        with suture(arguments, path, model=model) as ours:
            flops = ours("sgemm")["flops"]
            answers = [ours("gradient") for _ in range(arguments.repeats + 1)][1:]
            spectrum = [ours("spectra")["seconds"] for _ in range(arguments.repeats)]
        seconds = summary([answer["seconds"] for answer in answers])
        return {"gradient": seconds, "spectra": summary(spectrum),
                "share_of_sgemm_rate": floor_seconds(answers[0], flops) / seconds["median"]}

    result = {"tokens": {tokens: passes(arguments.model, tokens, 49152)
                         for tokens in (32, 64, 128, 256, 512, 1024)}, "layers": {}, "width": {}}
    for layers in (4, 8, 16, 32):
        with synthetic.checkpoint(arguments.work / "shape", width=576, layers=layers) as folder:
            result["layers"][layers] = passes(folder, TOKENS, synthetic.VOCABULARY)
    for width in (256, 512, 1024, 2048):
        with synthetic.checkpoint(arguments.work / "shape", width=width, layers=4) as folder:
            result["width"][width] = passes(folder, TOKENS, synthetic.VOCABULARY)
    return result


def large(arguments):
    """(g) checkpoints of the shapes of large models, with random weights."""
    return {name: large_model(arguments, name) for name in synthetic.LARGE}


def large_model(arguments, name):
    free, needed = shutil.disk_usage(arguments.work).free, synthetic.bytes_needed(name)
    if free < needed:
        reason = f"{free / 1e9:.0f} GB of disk are free, {needed / 1e9:.0f} GB are needed"
        note(f"{name} skipped: {reason}")
        return {"skipped": reason}
    path, _, _ = example(arguments, vocabulary=32000)
    checkpoint = arguments.work / synthetic.LARGE[name]
    spectra_file = arguments.work / "large-spectra.h5"
    try:
        note(f"writing a checkpoint of the shape of {name}")
        synthetic.write_large(checkpoint, name)
        with suture(arguments, path) as ours:
            flops = ours("sgemm")["flops"]
        command = suture_command(
            arguments, checkpoint, path, "--rank", RANK, "--spectra", spectra_file)
        # Twice: of a file just written some is in memory; of one just read all that fits.
        runs = [run_process(command) for _ in range(2)]
        for run in runs:
            note(f"{name}: {run['seconds']:.1f} s, {run['peak_bytes'] / 1e9:.2f} GB at most, "
                 f"{run['anonymous_bytes'] / 1e9:.2f} GB of them anonymous")
        return {"first": runs[0], "second": runs[1], "sgemm_flops": flops,
                "checkpoint_bytes": synthetic.byte_count(checkpoint)}
    finally:
        synthetic.remove(checkpoint)
        spectra_file.unlink(missing_ok=True)


ALL = {section.__name__: section
       for section in (gradients, spectra, formed, pipeline, recovery, generation, growth, large)}
