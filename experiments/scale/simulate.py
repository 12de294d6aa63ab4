#!/usr/bin/env python3
"""Simulates a sweep of five models up to 70B on 1, 16 and 256 nodes; prints the tables of PLAN.md.

usage: simulate.py [--update | --check]

--update writes the tables into PLAN.md beside this script, --check says (exit code 1) when others stand there.
Deterministic; the standard library is enough. What was measured is marked so, all else is assumed.
"""

import functools
import heapq
import math
import pathlib
import random
import sys

# name: layers, hidden, intermediate, key/value width, parameters
MODELS = {
    "SmolLM2-135M": (30, 576, 1536, 192, 134.5e6),
    "Llama-3.2-1B": (16, 2048, 8192, 512, 1.24e9),
    "Llama-2-7B": (32, 4096, 11008, 4096, 6.74e9),
    "Llama-2-13B": (40, 5120, 13824, 5120, 13.0e9),
    "Llama-3.1-70B": (80, 8192, 28672, 1024, 70.6e9),
}
RANKS = [1, 2, 4, 8, 16, 32, 64, 128]
EXAMPLES, SEEDS, STEPS = 256, 5, 4
ATTACK_STEPS = 25  # ten examples, five epochs, two a batch

# Measured on two cores that others used too: one slot of a node is two cores.
STEP_7B, STEP_135M = 76.0, 0.207  # a recovery step, seconds
LORA_STEP_7B = 57.5  # 128 tokens; 46 to 69
EVALUATION_135M = 52.0  # 301 prompts x 28 new tokens
SPECTRUM_7B = 12.0  # the gradient of one example and its leading directions
RECOVERY_FILES, EVALUATION_FILES = 5, 4  # files a cell, and a lock each
# Calls a cell on the folder of the sweep, by strace: planning and looking (main thread), making, the tool's own.
OPERATIONS = {"look": 12, "make": 72, "tool": 73}
NAMESPACE = {"recovery": 14, "evaluation": 13}  # of these: files, folders, renames, removals
START_TOOLS = 285  # checks of values when a task of a sweep with 256 examples starts
START_LIBRARIES = 235  # calls of the dynamic linker for each of these
PLAN_SECONDS = 4.5  # planning 20,491 cells

# Assumed.
SLOTS = 32  # of two cores a node: 64 cores and 512 GB
NODE_READ, SHARED_READ = 2e9, 40e9  # bytes a second from the shared file system: a node, all nodes
METADATA_RATE = 20_000  # calls a second that a metadata server answers
SLOW_SHARE, SLOW_FACTOR, SPREAD = 0.03, 1.4, 0.15  # slow nodes; spread of cells' times
NODE_HOURS_TO_FAILURE = 24 * 365


def parameters(name):
    return MODELS[name][4]


def features(name):
    """Sum of out + in over the matrices: floats of an adapter a rank."""
    layers, hidden, inner, keys, _ = MODELS[name]
    return layers * (2 * (hidden + hidden) + 2 * (keys + hidden) + 3 * (inner + hidden))


def adapter_bytes(name, rank):
    return 4 * rank * features(name)


def recovery_step(name):
    """Proportional to the parameters from 7B on; between the two measured ones a power of them."""
    size = parameters(name)
    slope = math.log(STEP_7B / STEP_135M) / math.log(parameters("Llama-2-7B") / parameters("SmolLM2-135M"))
    power = 1 if size >= parameters("Llama-2-7B") else slope
    return STEP_7B * (size / parameters("Llama-2-7B")) ** power


def seconds(stage, name):
    share = parameters(name) / parameters("Llama-2-7B")
    if stage == "attack":
        return ATTACK_STEPS * LORA_STEP_7B * share
    if stage == "recovery":
        return SPECTRUM_7B * share + STEPS * recovery_step(name)
    return EVALUATION_135M * parameters(name) / parameters("SmolLM2-135M")


def cells(stage):
    """Models of the cells of a stage, largest first: what takes long should not begin last."""
    count = SEEDS if stage == "attack" else SEEDS * EXAMPLES * len(RANKS)
    extra = SEEDS + 1 if stage == "evaluation" else 0
    for name in sorted(MODELS, key=parameters, reverse=True):
        yield from [name] * (count + extra)


def run_stage(stage, nodes, generator, slow):
    """Seconds until the last task of a stage is done: a fixed share a slot (one cell at a time), a fixed
    share a node (as many cells side by side as it has slots), and every cell to whichever slot is free."""
    slots = nodes * SLOTS
    speed = [SLOW_FACTOR if slot // SLOTS in slow else 1.0 for slot in range(slots)]
    slot_shares = [0.0] * slots
    node_shares = [[(0.0, slot) for slot in range(SLOTS)] for _ in range(nodes)]
    free = [(0.0, slot) for slot in range(slots)]
    for index, name in enumerate(cells(stage)):
        time = seconds(stage, name) * generator.lognormvariate(0, SPREAD)
        slot_shares[index % slots] += time * speed[index % slots]
        share = node_shares[index % nodes]
        now, slot = heapq.heappop(share)
        heapq.heappush(share, (now + time * speed[index % nodes * SLOTS], slot))
        now, slot = heapq.heappop(free)
        heapq.heappush(free, (now + time * speed[slot], slot))
    last = lambda queue: max(time for time, _ in queue)
    return max(slot_shares), max(map(last, node_shares)), last(free)


@functools.cache
def run(nodes):
    generator = random.Random(nodes)
    slow = set(generator.sample(range(nodes), round(nodes * SLOW_SHARE)))
    return {stage: run_stage(stage, nodes, generator, slow) for stage in ("attack", "recovery", "evaluation")}


def makespans():
    rows = []
    for nodes in (1, 16, 256):
        stages = run(nodes)
        work = sum(seconds(stage, name) for stage in stages for name in cells(stage))
        slot_share, fixed, free = (sum(times[kind] for times in stages.values()) for kind in range(3))
        # A failure loses half a cell in every slot of the node, and a cell of the mean length.
        failures = fixed / 3600 * nodes / NODE_HOURS_TO_FAILURE
        mean = work / sum(1 for stage in stages for _ in cells(stage))
        rows.append([str(nodes)] + [hours(stages[stage][1]) for stage in stages]
                    + [hours(fixed), hours(slot_share), hours(free), f"{work / (fixed * nodes * SLOTS):.0%}",
                       f"{failures:.1f}", hours(failures * SLOTS * mean / 2)])
    return rows


def hours(time):
    value = time / 3600
    return f"{value / 24:.1f} d" if value >= 48 else f"{value:.1f} h"


def amount(count):
    """Bytes, to three digits."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 999.5 or unit == "TB":
            return f"{count:.3g} {unit}" if count < 999.5 else f"{count:.0f} {unit}"
        count /= 1000


def cell_rows():
    return [[name, f"{seconds('attack', name):.0f} s", f"{seconds('recovery', name):.0f} s",
             f"{seconds('evaluation', name):.0f} s", amount(2 * parameters(name)), amount(adapter_bytes(name, 1)),
             amount(adapter_bytes(name, 128)), amount(SEEDS * EXAMPLES * sum(adapter_bytes(name, rank) for rank in RANKS)),
             amount(SEEDS * EXAMPLES * adapter_bytes(name, 128))] for name in MODELS]


def file_rows():
    recoveries = len(MODELS) * len(RANKS) * EXAMPLES * SEEDS
    evaluations = recoveries + len(MODELS) * (SEEDS + 1)
    calls = sum(OPERATIONS.values())
    files = recoveries * (RECOVERY_FILES + 1) + evaluations * (EVALUATION_FILES + 1)
    written = sum(SEEDS * EXAMPLES * adapter_bytes(name, rank) for name in MODELS for rank in RANKS)
    weights = sum(2 * parameters(name) for name in MODELS)
    rows = []
    for nodes in (1, 16, 256):
        time = sum(times[1] for times in run(nodes).values())
        starts = 3 * nodes * START_TOOLS * START_LIBRARIES
        # Once a stage and node where cells of a model follow each other; else with every cell.
        together = 3 * weights
        apart = sum(2 * parameters(name) for stage in ("recovery", "evaluation") for name in cells(stage)) / nodes
        rows.append([
            str(nodes), amount(together), hours(together / min(NODE_READ, SHARED_READ / nodes)),
            amount(apart), hours(apart / min(NODE_READ, SHARED_READ / nodes)), amount(written / nodes),
            f"{(recoveries + evaluations) * calls / time:.0f}", f"{starts / 1e6:.1f} M",
            f"{starts / METADATA_RATE:.0f} s"])
    return recoveries, evaluations, files, rows


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def tables():
    recoveries, evaluations, files, rows = file_rows()
    return "\n\n".join([
        table(["model", "attack", "recovery", "evaluation", "weights (bf16)", "adapter, rank 1", "rank 128",
               "all adapters", "of these rank 128"], cell_rows()),
        table(["nodes", "attacks", "recoveries", "evaluations", "all, a share a node", "a share a slot", "whoever is free",
               "slots busy", "node failures", "redone, slot time"], makespans()),
        f"{recoveries:,} recoveries and {evaluations:,} evaluations are {files:,} files.",
        table(["nodes", "read a node, models in order", "takes", "read a node, models mixed", "takes",
               "written a node", "calls a second on the folder", "calls of programs that start", "take the server"], rows),
    ]) + "\n"


def main():
    begin, end = "<!-- simulate.py -->\n", "<!-- end -->\n"
    path = pathlib.Path(__file__).with_name("PLAN.md")
    if len(sys.argv) == 1:
        return print(tables(), end="")
    if sys.argv[1:] not in (["--update"], ["--check"]):
        sys.exit(__doc__.split("\n\n")[1])
    text = path.read_text()
    head, rest = text.split(begin)
    new = head + begin + tables() + end + rest.split(end)[1]
    if sys.argv[1] == "--update":
        path.write_text(new)
    elif new != text:
        sys.exit("simulate: PLAN.md has other tables: run simulate.py --update")


if __name__ == "__main__":
    main()
