"""What PyTorch computes of the control `random-labels`: writes Tests/Fixtures/gradients/random-labels.json.

The labels are drawn here anew, from the description of the draws (SplitMix64, seeded by the FNV-1a hash
of seed, control, id and tokens), so that the draws are tested too. A tiny Llama, seed 7, float64; needs
torch and transformers.
"""

import json
import pathlib

import torch
from transformers import AutoModelForCausalLM

from splitmix64 import MASK, draws

FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures"
SEED = 7


def generator(seed, *names):
    state = 0xCBF29CE484222325
    for name in (str(seed), *names):
        for byte in name.encode() + b"\xff":
            state = (state ^ byte) * 0x100000001B3 & MASK
    return draws(state)


def random_labels(identifier, tokens, labels, vocabulary):
    numbers = generator(SEED, "random-labels", identifier, " ".join(map(str, tokens)))
    result = []
    for label in labels:
        if label == -100:
            result.append(-100)
            continue
        other = next(numbers) * (vocabulary - 1) >> 64
        result.append(other if other < label else other + 1)
    return result


model = AutoModelForCausalLM.from_pretrained(
    FIXTURES / "models/llama", dtype=torch.float64, attn_implementation="eager")
examples = []
for index, example in enumerate(json.loads((FIXTURES / "models/llama/expected.json").read_text())["examples"]):
    tokens = example["input_ids"]
    labels = random_labels(str(index), tokens, example["labels"], model.config.vocab_size)
    model.zero_grad()
    loss = model(torch.tensor([tokens]), labels=torch.tensor([labels])).loss
    loss.backward()
    values = {
        name.removeprefix("model.").removesuffix(".weight"):
            torch.linalg.svdvals(parameter.grad)[:4].tolist()
        for name, parameter in model.named_parameters()
        if name.endswith("_proj.weight")}
    examples.append({"tokens": tokens, "labels": labels, "loss": loss.item(), "singular_values": values})
text = json.dumps({"seed": SEED, "examples": examples}, indent=1)
(FIXTURES / "gradients/random-labels.json").write_text(text + "\n")
