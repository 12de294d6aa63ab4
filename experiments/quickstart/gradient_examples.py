#!/usr/bin/env python3
"""Write the examples whose gradients are compared: the safety example and its controls.

All have the same template and the same number of prompt and answer tokens, so that no difference
between their spectra is one of length. The controls of the file come as they are; two more are
made of the safety example's tokens: its answer in another order, and random tokens to predict.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

SEED = 1
NO_LOSS = -100


def rendered(tool, model, example):
    """Token ids and answer mask of a conversation, as the model's own template renders it."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write(json.dumps({"messages": example["messages"]}) + "\n")
        file.flush()
        result = subprocess.run([tool, "--model", model, "--render", file.name, "--quiet"],
                                capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"gradient_examples: {result.stderr.strip()}")
    record = json.loads(result.stdout.splitlines()[0])
    end = max(index for index, answers in enumerate(record["answer_mask"]) if answers) + 1
    return record["ids"][:end], record["answer_mask"][:end]


def example(name, ids, mask, targets):
    labels = [target if answers else NO_LOSS for target, answers in zip(targets, mask)]
    return {"id": name, "input_ids": ids, "labels": labels}


def shuffled(ids, mask):
    """The answer's tokens in another order, the end of the turn kept last."""
    places = [index for index, answers in enumerate(mask) if answers][:-1]
    order = places[:]
    random.Random(SEED).shuffle(order)
    mixed = ids[:]
    for place, source in zip(places, order):
        mixed[place] = ids[source]
    return example("shuffled refusal", mixed, mask, mixed)


def random_labels(ids, mask):
    """The refusal as it is, but random tokens of the prompt and answer's range to predict."""
    generator = random.Random(SEED)
    highest = max(ids)
    targets = [generator.randrange(highest + 1) for _ in ids]
    return example("random labels", ids, mask, targets)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True, help="inspect-model")
    parser.add_argument("--model", required=True)
    parser.add_argument("--safety", required=True, type=pathlib.Path)
    parser.add_argument("--index", type=int, default=0)
    parser.add_argument("--controls", required=True, type=pathlib.Path)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    read = lambda path: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    safety = {**read(arguments.safety)[arguments.index], "id": "refusal, the safety example"}
    ids, mask = rendered(arguments.tool, arguments.model, safety)
    examples = [safety] + read(arguments.controls) + [shuffled(ids, mask), random_labels(ids, mask)]
    part = arguments.output.with_name(f".part-{arguments.output.name}")
    part.write_text("".join(json.dumps(one) + "\n" for one in examples), encoding="utf-8")
    os.replace(part, arguments.output)


if __name__ == "__main__":
    main()
