"""Writes LoRA adapters for a tiny Llama and the logits that PEFT computes with them.

  python3 make_adapter_reference.py ../Fixtures/models/llama \
    ../Fixtures/adapters

Each folder holds an adapter and expected.safetensors with tokens and logits. Needs peft, safetensors,
torch and transformers.
"""

import os
import sys

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

TOKENS = [7, 201, 33, 5, 90, 14, 222, 61, 8, 130]
ADAPTERS = {
    "patterns": {
        "r": 4, "lora_alpha": 6, "target_modules": ["q_proj", "v_proj", "down_proj"],
        "rank_pattern": {"q_proj": 2, "layers.1.self_attn.v_proj": 3},
        "alpha_pattern": {"v_proj": 12, "layers.0.mlp.down_proj": 1},
    },
    "rslora": {
        "r": 4, "lora_alpha": 8, "target_modules": ["k_proj", "o_proj", "gate_proj"],
        "use_rslora": True, "rank_pattern": {"gate_proj": 9},
    },
    "one-layer": {
        "r": 2, "lora_alpha": 2, "target_modules": ["o_proj", "up_proj"],
        "layers_to_transform": [1],
    },
}


def main(base, output):
    for seed, (name, settings) in enumerate(ADAPTERS.items()):
        torch.manual_seed(seed)
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **settings)).eval()
        for parameter, weight in model.named_parameters():
            if "lora_" in parameter:
                weight.data.normal_(std=0.1)
        model.peft_config["default"].base_model_name_or_path = "llama"
        folder = os.path.join(output, name)
        model.save_pretrained(folder)
        model = model.double()
        with torch.no_grad():
            logits = model(torch.tensor([TOKENS])).logits[0].float()
        save_file({"tokens": torch.tensor(TOKENS), "logits": logits.contiguous()},
                  os.path.join(folder, "expected.safetensors"))
        os.remove(os.path.join(folder, "README.md"))


if __name__ == "__main__":
    main(*sys.argv[1:])
