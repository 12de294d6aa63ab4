"""The same work done with PyTorch, transformers and PEFT, each as its documentation does it."""

import os
import time

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def seconds_of(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def load(path, attention="sdpa"):
    """A model in float32, from a folder or a GGUF file, which is dequantised."""
    if path.endswith(".gguf"):
        folder, file = os.path.split(path)
        return AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=file, dtype=torch.float32, attn_implementation=attention)
    return AutoModelForCausalLM.from_pretrained(
        path, dtype=torch.float32, attn_implementation=attention)


def load_tokenizer(path):
    folder, file = os.path.split(path)
    return AutoTokenizer.from_pretrained(folder, gguf_file=file, padding_side="left")


def linear_weights(model):
    """The decoder layers' linear weights by the names that Suture gives them."""
    return {name.removeprefix("model."): module.weight
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear) and ".layers." in name}


class GradientPass:
    """Forward and backward pass that leaves the gradient of every linear weight."""

    def __init__(self, model, ids, labels):
        self.model = model
        self.ids = torch.tensor([ids])
        self.labels = torch.tensor([labels])
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        self.weights = linear_weights(model)
        for weight in self.weights.values():
            weight.requires_grad_(True)

    def run(self):
        self.model.zero_grad(set_to_none=True)
        loss = self.model(input_ids=self.ids, labels=self.labels, use_cache=False).loss
        loss.backward()
        self.loss = loss.item()

    @property
    def gradients(self):
        return {name: weight.grad for name, weight in self.weights.items()}


def recovery_steps(model, ids, labels, rank, steps):
    """Seconds of each AdamW step of a LoRA on all linear weights."""
    from peft import LoraConfig, get_peft_model
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    adapted = get_peft_model(
        model, LoraConfig(r=rank, lora_alpha=rank, target_modules="all-linear", lora_dropout=0.0))
    trained = [parameter for parameter in adapted.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, weight_decay=0.0)
    ids, labels = torch.tensor([ids]), torch.tensor([labels])

    def step():
        optimizer.zero_grad(set_to_none=True)
        adapted(input_ids=ids, labels=labels, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()

    times = [seconds_of(step) for _ in range(steps)]
    adapted.unload()
    return times


def generate(model, tokenizer, prompts, count):
    """Greedy answers to conversations of one user turn, all in one left-padded batch."""
    texts = [tokenizer.apply_chat_template(
        [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)
        for prompt in prompts]
    batch = tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
    with torch.inference_mode():
        output = model.generate(**batch, max_new_tokens=count, do_sample=False)
    return output[:, batch["input_ids"].shape[1]:].tolist()
