"""First steps of every arm of a recovery by PyTorch: writes arms.json beside itself.

A tiny model in float64; W' = W + U C Vh with U and Vh of `torch.linalg.svd` of the formed gradient, AdamW on
the cores alone (no weight decay, gradients clipped at norm 1), learning rate 0.02 over the root of the
number of a core's entries. Needs torch and transformers.
"""

import json
import pathlib

import torch
from torch.nn import functional
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
FIRST = ([1, 60, 89, 60, 206, 2, 175, 119, 6], 4)
SECOND = ([7, 8, 9, 10, 11, 12], 2)
PROMPTS = [[1, 60, 89, 60], [3, 44, 120], [5, 9, 77, 31, 18]]
NEW_TOKENS, WEIGHT, LENGTH, STEPS, SEED = 4, 3.0, 0.02, 3, 7


def load():
    return AutoModelForCausalLM.from_pretrained(
        HERE.parent / "models" / "llama", dtype=torch.float64, attn_implementation="eager")


def linears(model):
    return {name: module for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear) and "lm_head" not in name}


def loss(model, examples):
    total = 0
    for tokens, prompt in examples:
        ids = torch.tensor([tokens])
        logits = model(ids).logits[0]
        total += functional.cross_entropy(logits[prompt - 1:-1], ids[0, prompt:])
    return total / len(examples)


def gradients(examples):
    model = load()
    loss(model, examples).backward()
    return {name: module.weight.grad for name, module in linears(model).items()}


def bases(examples, rank, avoid=None):
    result = {}
    avoided = bases(*avoid) if avoid else {}
    for name, gradient in gradients(examples).items():
        if name in avoided:
            u, vh = avoided[name]
            gradient = gradient - u @ (u.T @ gradient)
            gradient = gradient - (gradient @ vh.T) @ vh
        u, values, vh = torch.linalg.svd(gradient, full_matrices=False)
        count = min(rank, int((values > values[0] * 1e-6).sum()))
        result[name] = (u[:, :count], vh[:count])
    return result


class SplitMix64:
    """The generator of the toolkit."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)


class Patched(torch.nn.Module):
    """W + left() right(), the two made anew of the parameters each time."""

    def __init__(self, inner, product):
        super().__init__()
        self.inner, self.product = inner, product

    def forward(self, x):
        left, right = self.product()
        return self.inner(x) + (x @ right.T) @ left.T


def patch(model, arm, examples, rank):
    """The parameters, each with its learning rate, and the products by module."""
    parameters, products = [], {}
    found = {} if arm == "lora" else bases(
        examples, rank, ([SECOND], 2) if arm == "avoid" else None)
    generator = SplitMix64(SEED)

    def parameter(value, entries):
        tensor = torch.nn.Parameter(value)
        parameters.append({"params": [tensor], "lr": LENGTH / entries ** 0.5})
        return tensor

    for name, module in linears(model).items():
        out, width = module.weight.shape
        if arm == "lora":
            bound = 1 / width ** 0.5
            a = torch.tensor(
                [[uniform(generator, bound) for _ in range(width)] for _ in range(rank)],
                dtype=torch.float64)
            b = parameter(torch.zeros(out, rank, dtype=torch.float64), out * rank)
            a = parameter(a, rank * width)
            products[name] = lambda a=a, b=b: (b, a)
            continue
        u, vh = found[name]
        shape, entries = {
            "left": ((u.shape[1], width), rank * width),
            "right": ((out, vh.shape[0]), out * rank),
        }.get(arm, ((u.shape[1], vh.shape[0]), rank * rank))
        core = parameter(torch.zeros(*shape, dtype=torch.float64), entries)
        products[name] = {
            "left": lambda core=core, u=u: (u, core),
            "right": lambda core=core, vh=vh: (core, vh),
        }.get(arm, lambda core=core, u=u, vh=vh: (u @ core, vh))
    for name, product in products.items():
        parent = model.get_submodule(name.rsplit(".", 1)[0])
        setattr(parent, name.rsplit(".", 1)[1], Patched(linears(model)[name], product))
    return parameters, products


def uniform(generator, bound):
    """As the toolkit draws: 53 bits in [-bound, bound)."""
    return bound * (2 * (generator.next() >> 11) * 2.0 ** -53 - 1)


def answers(model):
    """Each prompt with the model's greedy answer, and what the model predicts there."""
    result = []
    for prompt in PROMPTS:
        tokens = list(prompt)
        for _ in range(NEW_TOKENS):
            tokens.append(int(model(torch.tensor([tokens])).logits[0, -1].argmax()))
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0, len(prompt) - 1:-1]
        result.append((tokens, len(prompt), functional.log_softmax(logits, dim=-1)))
    return result


def divergence(model, kept):
    total, count = 0, 0
    for tokens, prompt, reference in kept:
        logits = model(torch.tensor([tokens])).logits[0, prompt - 1:-1]
        current = functional.log_softmax(logits, dim=-1)
        total += (reference.exp() * (reference - current)).sum()
        count += len(tokens) - prompt
    return total / count


def flatten(parameters, before):
    """The step of each core along the polar factor of its gradient, as long as it was."""
    for group, old, gradient in zip(parameters, before["values"], before["gradients"]):
        core = group["params"][0]
        length = (core.data - old).norm()
        u, values, vh = torch.linalg.svd(gradient)
        keep = int((values > values[0] * 1e-6).sum())
        polar = u[:, :keep] @ vh[:keep]
        core.data = old - length * polar / polar.norm()


def run(arm, examples, rank, preserves=False):
    torch.manual_seed(0)
    model = load()
    for weight in model.parameters():
        weight.requires_grad_(False)
    kept = answers(model) if preserves else None
    parameters, products = patch(model, arm, examples, rank)
    optimizer = torch.optim.AdamW(parameters, weight_decay=0)
    steps = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss(model, examples)
        kl = divergence(model, kept) if preserves else None
        (value + WEIGHT * kl if preserves else value).backward()
        tensors = [group["params"][0] for group in parameters]
        norm = float(torch.nn.utils.clip_grad_norm_(tensors, 1.0))
        before = {"values": [t.data.clone() for t in tensors],
                  "gradients": [t.grad.clone() for t in tensors]}
        optimizer.step()
        if arm == "flat":
            flatten(parameters, before)
        updates = [left @ right for left, right in (p() for p in products.values())]
        steps.append({
            "loss": value.item(), "divergence": kl.item() if preserves else None,
            "gradient_norm": norm,
            "update_norm": float(torch.stack([u.norm() ** 2 for u in updates]).sum().sqrt())})
    return {"arm": arm, "rank": rank, "examples": len(examples), "preserves": preserves,
            "steps": steps}


if __name__ == "__main__":
    runs = [run(arm, [FIRST], 2) for arm in ("own", "left", "right", "flat", "avoid", "lora")]
    runs.append(run("own", [FIRST, SECOND], 3))
    runs.append(run("own", [FIRST], 2, preserves=True))
    text = json.dumps(
        {"examples": [FIRST, SECOND], "prompts": PROMPTS, "new_tokens": NEW_TOKENS,
         "weight": WEIGHT, "step_size": LENGTH, "seed": SEED, "avoided_rank": 2, "runs": runs},
        indent=1)
    (HERE / "arms.json").write_text(text + "\n")
