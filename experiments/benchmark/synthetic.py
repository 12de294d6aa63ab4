"""Checkpoints with random weights for the sections that need other shapes."""

import argparse
import contextlib
import shutil

import synthetic_checkpoint as generator
import synthetic_gguf

VOCABULARY = 4096
HEAD_DIMENSION = 64

# Large models and the names of their folders or files: bfloat16, and the mixture Q4_K_M for the largest.
LARGE = {"llama-2-7b": "llama-2-7b", "llama-2-13b": "llama-2-13b", "llama-3-70b": "llama-3-70b.gguf"}


def write(folder, configuration):
    folder.mkdir(parents=True)
    generator.write_checkpoint(
        folder, configuration, argparse.Namespace(examples=1, tokens=64, answer_tokens=16))


def bytes_needed(name):
    """Room on the disk for a large model: a tenth more than it has bytes."""
    if name in synthetic_gguf.SHAPES:
        size = sum(synthetic_gguf.byte_count(kind, sizes)
                   for _, kind, sizes in synthetic_gguf.tensors(name))
    else:
        size = sum(generator.byte_count(shape)
                   for _, shape in generator.tensors(generator.configuration(name)))
    return size * 11 // 10


def write_large(path, name):
    remove(path)
    if name in synthetic_gguf.SHAPES:
        synthetic_gguf.write(path, name)
    else:
        write(path, generator.configuration(name))


def byte_count(path):
    return path.stat().st_size if path.is_file() else sum(
        file.stat().st_size for file in path.iterdir())


def remove(path):
    if path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


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
