"""Writes what transformers computes with the weights of a quantised Gemma 3 in a GGUF file.

  python3 make_gemma_reference.py gemma-3-270m-q4_k_m.gguf gemma-3-270m.json

The weights are dequantised by the gguf package; losses and norms of gradients come from PyTorch in
float32. Needs gguf, numpy, torch and transformers.
"""

import json
import sys

import gguf
import numpy as np
import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig

TEXT = (
    "The lighthouse keeper wrote down the weather every evening. On Monday there was fog, and the "
    "ships sounded their horns; by Thursday the sky was clear and he could count 27 sails."
)

NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def hugging_face_name(name):
    if name == "token_embd.weight":
        return "model.embed_tokens.weight"
    if name == "output_norm.weight":
        return "model.norm.weight"
    _, layer, part, _ = name.split(".")
    return f"model.layers.{layer}.{NAMES[part]}.weight"


def scalar(reader, key):
    return reader.fields[f"gemma3.{key}"].contents()


def load(path):
    reader = gguf.GGUFReader(path)
    state = {}
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        values = values.reshape([int(size) for size in tensor.shape[::-1]])
        name = hugging_face_name(tensor.name)
        if "norm" in name:
            values = values - 1  # llama.cpp stores 1 + w
        state[name] = torch.from_numpy(values.copy())
    hidden = scalar(reader, "embedding_length")
    config = Gemma3TextConfig(
        vocab_size=state["model.embed_tokens.weight"].shape[0],
        hidden_size=hidden,
        intermediate_size=scalar(reader, "feed_forward_length"),
        num_hidden_layers=scalar(reader, "block_count"),
        num_attention_heads=scalar(reader, "attention.head_count"),
        num_key_value_heads=scalar(reader, "attention.head_count_kv"),
        head_dim=scalar(reader, "attention.key_length"),
        query_pre_attn_scalar=scalar(reader, "attention.key_length"),
        sliding_window=scalar(reader, "attention.sliding_window"),
        rms_norm_eps=scalar(reader, "attention.layer_norm_rms_epsilon"),
        max_position_embeddings=scalar(reader, "context_length"),
        tie_word_embeddings=True,
    )
    model = Gemma3ForCausalLM(config).float()
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected, (missing, unexpected)
    model.tie_weights()
    return reader, model


def tokenize(reader, text):
    """Greedy merges by the order of the tokens, which is Gemma's order of merges."""
    tokens = [str(bytes(part), "utf-8") for part in
              (reader.fields["tokenizer.ggml.tokens"].parts[i]
               for i in reader.fields["tokenizer.ggml.tokens"].data)]
    ids = {token: index for index, token in enumerate(tokens)}
    pieces = list(text.replace(" ", "\u2581"))
    while True:
        pairs = [(ids[a + b], index) for index, (a, b) in enumerate(zip(pieces, pieces[1:]))
                 if a + b in ids]
        if not pairs:
            break
        _, index = min(pairs)
        pieces[index:index + 2] = [pieces[index] + pieces[index + 1]]
    return [int(reader.fields["tokenizer.ggml.bos_token_id"].contents())] + [ids[p] for p in pieces]


def main(path, output):
    reader, model = load(path)
    ids = tokenize(reader, TEXT)
    tokens = torch.tensor([ids])
    loss = model(input_ids=tokens, labels=tokens).loss
    loss.backward()
    norms = {
        name.removesuffix(".weight"): float(weight.grad.double().norm())
        for name, weight in model.named_parameters()
        if "_proj" in name
    }
    with open(output, "w") as file:
        json.dump({"text": TEXT, "ids": ids, "loss": loss.item(), "gradient_norms": norms}, file,
                  indent=1)
        file.write("\n")
    print(loss.item(), len(ids))


if __name__ == "__main__":
    main(*sys.argv[1:])
