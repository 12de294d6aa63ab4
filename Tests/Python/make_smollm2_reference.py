#!/usr/bin/env python3
"""Make the reference of SmolLM2GradientTests: singular values of gradients, float64 throughout.

usage: make_smollm2_reference.py SmolLM2-135M-Instruct.Q4_1.gguf CONVERSATIONS.json OUTPUT.json

CONVERSATIONS.json is a list of {id, messages, rendered, tokens, answer_mask, ...}. `model.double()`
is not enough: transformers casts the input of norms, the rotary tables and the logits to float32.
For a confident answer, whose loss is 1e-2, that last cast alone moves small gradients by 1e-4 of
their first singular value. Here each of the three is replaced by the same formula in float64.
"""

import json
import os
import sys

import torch
from transformers import AutoModelForCausalLM
from transformers.models.llama import modeling_llama

KEPT = 16  # singular values of each gradient


def norm(self, hidden):
    variance = hidden.pow(2).mean(-1, keepdim=True)
    return self.weight * hidden * torch.rsqrt(variance + self.variance_epsilon)


def rotary(self, x, position_ids):
    count = self.config.hidden_size // self.config.num_attention_heads
    theta = self.config.rope_parameters["rope_theta"]
    frequencies = theta ** -(torch.arange(0, count, 2, dtype=torch.float64) / count)
    angles = position_ids[:, :, None].double() * frequencies
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def singular_values(model, tokens, mask):
    model.zero_grad(set_to_none=True)
    logits = model(input_ids=torch.tensor([tokens]), use_cache=False).logits[0]
    assert logits.dtype == torch.float64
    places = [index for index, carries in enumerate(mask) if carries]
    chosen = torch.log_softmax(logits, -1)[[index - 1 for index in places],
                                           [tokens[index] for index in places]]
    loss = -chosen.mean()
    loss.backward()
    modules = {}
    for name, parameter in model.named_parameters():
        if ".layers." in name and parameter.dim() == 2:
            values = torch.linalg.svdvals(parameter.grad)
            modules[name.removeprefix("model.").removesuffix(".weight")] = {"s": values[:KEPT].tolist(), "fro": parameter.grad.norm().item()}
    return loss.item(), modules


def main(model_path, conversations_path, output_path):
    modeling_llama.LlamaRMSNorm.forward = norm
    modeling_llama.LlamaRotaryEmbedding.forward = rotary
    folder, file = os.path.split(model_path)
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=file, dtype=torch.float32, attn_implementation="sdpa").double()
    with open(conversations_path, encoding="utf-8") as source:
        examples = json.load(source)
    results = []
    for example in examples:
        loss, modules = singular_values(model, example["tokens"], example["answer_mask"])
        kept = {key: example[key] for key in ("id", "messages", "tokens", "answer_mask")}
        results.append({**kept, "loss": loss, "modules": modules})
        old = example["modules"]
        worst = max(abs(a - b) / new["s"][0] for name, new in modules.items()
                    for a, b in zip(new["s"], old[name]["s"]))
        print(f"{example['id']}: loss {loss}, {loss - example['loss']:+.1e} to the given one, "
              f"singular values within {worst:.1e} of s_1", file=sys.stderr)
    with open(output_path, "w", encoding="utf-8") as target:
        json.dump(results, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
