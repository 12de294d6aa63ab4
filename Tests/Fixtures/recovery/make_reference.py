"""Losses of five training steps of tiny models by PyTorch: writes reference.json beside itself.

Full fine-tuning (every parameter, biases and norms included) on two examples at once, mean of the
examples' mean losses, gradients clipped at norm 1, float64; needs torch and transformers.
"""

import json
import pathlib

import torch
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
EXAMPLES = [([1, 60, 89, 60, 206, 2, 175, 119, 6], 4), ([7, 8, 9, 10, 11, 12], 2)]


def loss(model):
    total = 0
    for tokens, prompt in EXAMPLES:
        ids = torch.tensor([tokens])
        logits = model(ids).logits[0].double()
        total += torch.nn.functional.cross_entropy(logits[prompt - 1:-1], ids[0, prompt:])
    return total / len(EXAMPLES)


def train(name, optimizer_name, rate):
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_pretrained(
        HERE.parent / "models" / name, dtype=torch.float64, attn_implementation="eager")
    parameters = list(model.parameters())
    optimizer = (torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
                 if optimizer_name == "adamw" else torch.optim.SGD(parameters, lr=rate))
    losses, norms = [], []
    for _ in range(5):
        optimizer.zero_grad()
        value = loss(model)
        value.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, 1.0)))
        losses.append(value.item())
        optimizer.step()
    return {"model": name, "optimizer": optimizer_name, "learning_rate": rate,
            "losses": losses, "gradient_norms": norms}


runs = [train(name, *settings) for name in ("llama", "gemma3", "qwen2-bf16")
        for settings in (("adamw", 1e-3), ("sgd", 1e-1))]
text = json.dumps({"weight_decay": 0.01, "examples": EXAMPLES, "runs": runs}, indent=1)
(HERE / "reference.json").write_text(text + "\n")
