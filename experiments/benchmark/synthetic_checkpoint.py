#!/usr/bin/env python3
"""Writes a bfloat16 checkpoint of a given shape with random weights, to measure speed and memory.

The folder has the Hugging Face layout (config.json, safetensors shards and their index) and
examples.jsonl with token ids and labels, so that no tokenizer is needed. Weights are normal with
standard deviation 0.02, norms are 1. One block of random numbers is written over and over, each
tensor from another place; its length shares no factor with the width of a row, so that rows differ.

    synthetic_checkpoint.py llama-2-7b FOLDER

Ends with 0 when the folder is there, and with 75 when it is skipped for want of disk space.
"""

import argparse
import array
import json
import os
import random
import shutil
import sys
from pathlib import Path

SKIPPED = 75  # EX_TEMPFAIL
STANDARD_DEVIATION = 0.02
BLOCK_LENGTH = (1 << 20) + 7
SHARD_BYTES = 5_000_000_000
LEAST_FREE_GB = 40

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_act": "silu",
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "max_position_embeddings": 4096,
    "vocab_size": 32000,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}

SHAPES = {
    "llama-2-7b": (4096, 11008, 32, 32),
    "llama-2-13b": (5120, 13824, 40, 40),
    "tiny": (64, 160, 2, 4),
}


def configuration(shape):
    hidden, intermediate, layers, heads = SHAPES[shape]
    return LLAMA | {
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
    }


def tensors(config):
    """Names and shapes in the order of the forward pass."""
    hidden, intermediate = config["hidden_size"], config["intermediate_size"]
    table = [config["vocab_size"], hidden]
    yield "model.embed_tokens.weight", table
    for layer in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{layer}."
        yield prefix + "input_layernorm.weight", [hidden]
        for name in "qkvo":
            yield f"{prefix}self_attn.{name}_proj.weight", [hidden, hidden]
        yield prefix + "post_attention_layernorm.weight", [hidden]
        yield prefix + "mlp.gate_proj.weight", [intermediate, hidden]
        yield prefix + "mlp.up_proj.weight", [intermediate, hidden]
        yield prefix + "mlp.down_proj.weight", [hidden, intermediate]
    yield "model.norm.weight", [hidden]
    yield "lm_head.weight", table


def byte_count(shape):
    count = 2
    for size in shape:
        count *= size
    return count


def shards(config):
    """Lists of tensors, each of no more than SHARD_BYTES."""
    result, size = [[]], 0
    for name, shape in tensors(config):
        if result[-1] and size + byte_count(shape) > SHARD_BYTES:
            result.append([])
            size = 0
        result[-1].append((name, shape))
        size += byte_count(shape)
    return result


def random_block():
    """BLOCK_LENGTH normal bfloat16 numbers: the upper halves of float32 ones."""
    draw = random.Random(0)
    floats = array.array("f", (draw.gauss(0, STANDARD_DEVIATION) for _ in range(BLOCK_LENGTH)))
    if sys.byteorder == "big":
        floats.byteswap()
    wide = floats.tobytes()
    narrow = bytearray(2 * BLOCK_LENGTH)
    narrow[0::2], narrow[1::2] = wide[2::4], wide[3::4]
    return memoryview(bytes(narrow))


def write_repeated(file, byte_total, block, position):
    """Writes `byte_total` bytes of the endlessly repeated block, from its byte `position` on."""
    while byte_total > 0:
        part = block[position : position + byte_total]
        file.write(part)
        byte_total -= len(part)
        position = 0


def write_shard(path, shard, block, seed):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shard:
        end = offset + byte_count(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for number, (_, shape) in enumerate(shard):
            if len(shape) == 1:
                file.write(b"\x80\x3f" * shape[0])
            else:
                write_repeated(
                    file, byte_count(shape), block, 2 * ((seed + number) * 65537 % BLOCK_LENGTH))


def write_examples(path, config, count, tokens, answer_tokens):
    draw = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            ids = [draw.randrange(3, config["vocab_size"]) for _ in range(tokens)]
            labels = [-100] * (tokens - answer_tokens) + ids[tokens - answer_tokens :]
            example = {"id": f"random-{number}", "input_ids": ids, "labels": labels}
            file.write(json.dumps(example) + "\n")


def write_checkpoint(folder, config, arguments):
    parts = shards(config)
    block = random_block()
    weight_map = {}
    for index, shard in enumerate(parts):
        name = f"model-{index + 1:05}-of-{len(parts):05}.safetensors"
        print(f"{folder.name}: {name}", file=sys.stderr, flush=True)
        write_shard(folder / name, shard, block, seed=1000 * index)
        weight_map |= {tensor: name for tensor, _ in shard}
    total = sum(byte_count(shape) for _, shape in tensors(config))
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_examples(
        folder / "examples.jsonl", config, arguments.examples, arguments.tokens,
        arguments.answer_tokens)


def shortage(folder, config):
    """Why there is not enough room, or None."""
    place = folder.resolve().parent
    place.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(place).free
    size = sum(byte_count(shape) for _, shape in tensors(config))
    needed = max(size * 11 // 10, LEAST_FREE_GB * 10**9 if size > 10**9 else 0)
    if free >= needed:
        return None
    return f"{free / 1e9:.1f} GB are free at {place}, {needed / 1e9:.1f} GB are wanted"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--examples", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--answer-tokens", type=int, default=64)
    arguments = parser.parse_args()
    if not 0 < arguments.answer_tokens < arguments.tokens:
        parser.error("there must be fewer answer tokens than tokens, and at least one")
    config = configuration(arguments.shape)
    if arguments.folder.exists():
        print(f"{arguments.folder}: is there already", file=sys.stderr)
        return 0
    if reason := shortage(arguments.folder, config):
        print(f"SKIPPED: {arguments.shape} is not written: {reason}", file=sys.stderr)
        return SKIPPED
    partial = arguments.folder.with_name(f"{arguments.folder.name}.{os.getpid()}.partial")
    partial.mkdir()
    try:
        write_checkpoint(partial, config, arguments)
        partial.rename(arguments.folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
