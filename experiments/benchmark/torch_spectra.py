#!/usr/bin/env python3
"""Checkpoint to spectra with PyTorch, as a script would do it.

usage: torch_spectra.py MODEL EXAMPLE.jsonl OUTPUT.h5 THREADS
"""

import json
import sys

import h5py
import torch

import reference


def main(model, example, output, threads):
    torch.set_num_threads(int(threads))
    with open(example, encoding="utf-8") as file:
        record = json.loads(file.readline())
    gradient_pass = reference.GradientPass(
        reference.load(model), record["input_ids"], record["labels"])
    gradient_pass.run()
    with h5py.File(output, "w") as file:
        for name, gradient in gradient_pass.gradients.items():
            u, values, vh = torch.linalg.svd(gradient, full_matrices=False)
            group = file.create_group(name)
            group["singular_values"] = values.numpy()
            group["u"] = u[:, :64].numpy()
            group["vh"] = vh[:64].numpy()


if __name__ == "__main__":
    main(*sys.argv[1:])
