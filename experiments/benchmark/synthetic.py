"""Checkpoints with random weights for the sections that need other shapes."""

import argparse
import contextlib
import shutil

import synthetic_checkpoint as generator

VOCABULARY = 4096
HEAD_DIMENSION = 64
DISK_NEEDED = generator.LEAST_FREE_GB * 10**9


def write(folder, configuration):
    folder.mkdir(parents=True)
    generator.write_checkpoint(
        folder, configuration, argparse.Namespace(examples=1, tokens=64, answer_tokens=16))


def write_llama2(folder, name):
    write(folder, generator.configuration(name))


@contextlib.contextmanager
def checkpoint(folder, width, layers):
    """A Llama of the given width and depth, removed afterwards; yields its path."""
    shutil.rmtree(folder, ignore_errors=True)
    heads = width // HEAD_DIMENSION
    try:
        write(folder, generator.LLAMA | {
            "hidden_size": width, "intermediate_size": width * 8 // 3, "num_hidden_layers": layers,
            "num_attention_heads": heads, "num_key_value_heads": heads, "vocab_size": VOCABULARY})
        yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
