#!/usr/bin/env python3
"""Load an adapter in PEFT and compare its logits with given ones.

usage: peft_logits.py MODEL_FOLDER ADAPTER_FOLDER LOGITS.json

LOGITS.json is {"tokens": [...], "logits": [[...], ...]}. Fails when they differ by more than 2e-4,
ten times what float32 models of this size differ from float64, or when the adapter changes nothing.
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

TOLERANCE = 2e-4


def main(model_folder, adapter_folder, logits_path):
    with open(logits_path, encoding="utf-8") as file:
        given = json.load(file)
    tokens, expected = torch.tensor([given["tokens"]]), torch.tensor(given["logits"])
    model = AutoModelForCausalLM.from_pretrained(model_folder, dtype=torch.float32)
    with torch.inference_mode():
        before = model(tokens).logits[0]
        after = PeftModel.from_pretrained(model, adapter_folder)(tokens).logits[0]
    change, difference = (after - before).abs().max().item(), (after - expected).abs().max().item()
    print(f"peft: logits differ by {difference:.1e}, the adapter moves them by {change:.2f}")
    if not difference < TOLERANCE or not change > 100 * TOLERANCE:
        sys.exit("peft_logits: the adapter means something else in PEFT")


if __name__ == "__main__":
    main(*sys.argv[1:])
