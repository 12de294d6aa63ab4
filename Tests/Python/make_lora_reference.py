"""What PEFT and PyTorch make of LoRA on a tiny Llama, in float64.

  python3 make_lora_reference.py ../Fixtures

Writes
  recovery/lora.json              training sets, settings, losses and gradient norms of three steps each
  recovery/lora/<run>.safetensors  A and B after them
  gradients/adapters.json         an example, and its loss with two of the adapters of ../Fixtures/adapters
  gradients/<adapter>.safetensors  the gradients of their A and B

A starts with the numbers that SplitMix64 (Steele, Lea & Flood 2014) gives for a seed, uniform within
±1/sqrt(inputs), module after module in the order of the forward pass; B starts at zero. Needs numpy, peft,
safetensors, torch and transformers.
"""

import json
import pathlib
import sys

import numpy
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from splitmix64 import draws

# Two files; a run takes the first examples of each.
FILES = [
    [([1, 60, 89, 60, 206, 2, 175, 119, 6], 4), ([7, 8, 9, 10, 11, 12], 2), ([3, 3, 90, 41], 1)],
    [([250, 77, 61, 8, 130, 14], 3), ([5, 99, 100, 101, 7, 7, 31], 5)],
]
RUNS = {
    "all": {"counts": [2, 1], "optimizer": "adamw", "learning_rate": 1e-2, "weight_decay": 0.01,
            "rank": 4, "alpha": 8, "seed": 7, "layers": None, "projections": None},
    "sgd": {"counts": [3, 2], "optimizer": "sgd", "learning_rate": 0.5, "weight_decay": 0,
            "rank": 3, "alpha": 3, "seed": 11, "layers": None, "projections": None},
    "some": {"counts": [1, 2], "optimizer": "adamw", "learning_rate": 1e-2, "weight_decay": 0,
             "rank": 4, "alpha": 16, "seed": 5, "layers": [1], "projections": ["q_proj", "down_proj"]},
}
STEPS = 3
EXAMPLE = ([7, 201, 33, 5, 90, 14, 222, 61, 8, 130], 6)
ADAPTERS = ["patterns", "rslora"]
PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def uniform(seed):
    for number in draws(seed):
        yield float(number >> 11) * 2.0**-53


def base(models):
    return AutoModelForCausalLM.from_pretrained(
        models / "llama", dtype=torch.float64, attn_implementation="eager")


def loss(model, examples):
    total = 0
    for tokens, prompt in examples:
        ids = torch.tensor([tokens])
        logits = model(ids).logits[0].double()
        total += torch.nn.functional.cross_entropy(logits[prompt - 1:-1], ids[0, prompt:])
    return total / len(examples)


def factors(model):
    """A and B by the names of our files, layer after layer, projections in the order of the pass."""
    found = {}
    for name, parameter in model.named_parameters():
        if ".lora_" in name:
            name = name.removeprefix("base_model.model.model.").removesuffix(".weight")
            found[name.removesuffix(".default")] = parameter
    def order(name):
        parts = name.split(".")
        return int(parts[1]), PROJECTIONS.index(parts[3]), parts[4]
    return {name: found[name] for name in sorted(found, key=order)}


def start(parameters, seed):
    numbers = uniform(seed)
    with torch.no_grad():
        for name, parameter in parameters.items():
            if name.endswith("lora_B"):
                assert not parameter.any()
                continue
            rows, columns = parameter.shape
            bound = numpy.float32(1) / numpy.sqrt(numpy.float32(columns))
            values = [bound * numpy.float32(2 * next(numbers) - 1)
                      for _ in range(rows * columns)]
            parameter.copy_(torch.tensor(numpy.array(values)).reshape(rows, columns))


def single(tensors):
    return {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}


def train(models, run):
    examples = [example for file, count in zip(FILES, run["counts"]) for example in file[:count]]
    model = get_peft_model(base(models), LoraConfig(
        task_type="CAUSAL_LM", r=run["rank"], lora_alpha=run["alpha"],
        target_modules=run["projections"] or PROJECTIONS, layers_to_transform=run["layers"])).double()
    parameters = factors(model)
    start(parameters, run["seed"])
    trained = list(parameters.values())
    optimizer = (torch.optim.AdamW(trained, lr=run["learning_rate"], weight_decay=run["weight_decay"])
                 if run["optimizer"] == "adamw" else torch.optim.SGD(trained, lr=run["learning_rate"]))
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        value = loss(model, examples)
        value.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(trained, 1.0)))
        losses.append(value.item())
        optimizer.step()
    return run | {"losses": losses, "gradient_norms": norms}, single(parameters)


def gradients(fixtures, adapter):
    model = PeftModel.from_pretrained(
        base(fixtures / "models"), fixtures / "adapters" / adapter, is_trainable=True).double().eval()
    value = loss(model, [EXAMPLE])
    value.backward()
    return value.item(), single(
        {name: parameter.grad for name, parameter in factors(model).items()})


def main(fixtures):
    fixtures = pathlib.Path(fixtures)
    (fixtures / "recovery" / "lora").mkdir(exist_ok=True)
    runs = {}
    for name, settings in RUNS.items():
        runs[name], final = train(fixtures / "models", settings)
        save_file(final, fixtures / "recovery" / "lora" / f"{name}.safetensors")
    (fixtures / "recovery" / "lora.json").write_text(
        json.dumps({"files": FILES, "steps": STEPS, "runs": runs}) + "\n")
    losses = {}
    for adapter in ADAPTERS:
        losses[adapter], found = gradients(fixtures, adapter)
        save_file(found, fixtures / "gradients" / f"{adapter}.safetensors")
    (fixtures / "gradients" / "adapters.json").write_text(
        json.dumps({"example": EXAMPLE, "losses": losses}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
