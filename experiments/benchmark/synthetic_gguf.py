"""Writes a GGUF file of a given shape with random weights in the mixture that llama.cpp calls Q4_K_M.

Half of the layers have attn_v and ffn_down in Q6_K, as the output has; all other matrices are Q4_K. Values have
a standard deviation of about 0.02 and a mean of about zero. Some random blocks are written over and over, each
tensor from another place; their number shares no factor with the blocks of a row, so that rows differ.
"""

import random
import struct

from synthetic_checkpoint import write_repeated

BLOCKS = 4099
ALIGNMENT = 32
ELEMENTS = 256

# hidden size, intermediate size, layers, heads, heads of keys and values, vocabulary
SHAPES = {
    "llama-3-8b": (4096, 14336, 32, 32, 8, 128256),
    "llama-3-70b": (8192, 28672, 80, 64, 8, 128256),
    "tiny": (256, 512, 2, 4, 2, 512),
}

# GGML's number of a type, and the bytes of 256 numbers of it
TYPES = {"F32": (0, 1024), "Q4_K": (12, 144), "Q6_K": (14, 210)}


def tensors(shape):
    """(name, type, sizes, fastest first) in the order of the file."""
    hidden, intermediate, layers, heads, groups, vocabulary = SHAPES[shape]
    keys = hidden // heads * groups
    yield "token_embd.weight", "Q4_K", [hidden, vocabulary]
    for layer in range(layers):
        # llama.cpp: the first and the last eighth, and every third between them.
        more = layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2
        finer = "Q6_K" if more else "Q4_K"
        prefix = f"blk.{layer}."
        yield prefix + "attn_norm.weight", "F32", [hidden]
        yield prefix + "attn_q.weight", "Q4_K", [hidden, hidden]
        yield prefix + "attn_k.weight", "Q4_K", [hidden, keys]
        yield prefix + "attn_v.weight", finer, [hidden, keys]
        yield prefix + "attn_output.weight", "Q4_K", [hidden, hidden]
        yield prefix + "ffn_norm.weight", "F32", [hidden]
        yield prefix + "ffn_gate.weight", "Q4_K", [hidden, intermediate]
        yield prefix + "ffn_up.weight", "Q4_K", [hidden, intermediate]
        yield prefix + "ffn_down.weight", finer, [intermediate, hidden]
    yield "output_norm.weight", "F32", [hidden]
    yield "output.weight", "Q6_K", [hidden, vocabulary]


def byte_count(kind, sizes):
    count = 1
    for size in sizes:
        count *= size
    return count // ELEMENTS * TYPES[kind][1]


def random_blocks(kind):
    draw = random.Random(kind)
    if kind == "Q4_K":
        # d * scale * q - dmin * minimum, of six, four and six bits
        scales = struct.pack("<ee", 1e-4, 7.5e-4)
        return b"".join(scales + draw.randbytes(140) for _ in range(BLOCKS))
    # d * scale * (q - 32), of eight and six bits
    return b"".join(draw.randbytes(208) + struct.pack("<e", 1.5e-5) for _ in range(BLOCKS))


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def metadata(shape):
    hidden, intermediate, layers, heads, groups, vocabulary = SHAPES[shape]
    strings = {"general.architecture": "llama", "general.name": shape}
    numbers = {
        "general.alignment": ALIGNMENT, "llama.block_count": layers, "llama.context_length": 8192,
        "llama.embedding_length": hidden, "llama.feed_forward_length": intermediate,
        "llama.attention.head_count": heads, "llama.attention.head_count_kv": groups,
        "llama.vocab_size": vocabulary}
    floats = {"llama.rope.freq_base": 500000.0, "llama.attention.layer_norm_rms_epsilon": 1e-5}
    parts = [text(key) + struct.pack("<I", 8) + text(value) for key, value in strings.items()]
    parts += [text(key) + struct.pack("<II", 4, value) for key, value in numbers.items()]
    parts += [text(key) + struct.pack("<If", 6, value) for key, value in floats.items()]
    return parts


def padding(size):
    return b"\0" * (-size % ALIGNMENT)


def write(path, shape):
    listed = list(tensors(shape))
    parts = metadata(shape)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(listed), len(parts)) + b"".join(parts)
    offset = 0
    for name, kind, sizes in listed:
        header += text(name) + struct.pack(
            f"<I{len(sizes)}QIQ", len(sizes), *sizes, TYPES[kind][0], offset)
        offset += byte_count(kind, sizes)
        offset += -offset % ALIGNMENT
    blocks = {kind: memoryview(random_blocks(kind)) for kind in ("Q4_K", "Q6_K")}
    with open(path, "wb") as file:
        file.write(header + padding(len(header)))
        for number, (_, kind, sizes) in enumerate(listed):
            size = byte_count(kind, sizes)
            if kind == "F32":
                file.write(struct.pack("<f", 1) * sizes[0])
            else:
                write_repeated(file, size, blocks[kind], number * 257 % BLOCKS * TYPES[kind][1])
            file.write(padding(size))
