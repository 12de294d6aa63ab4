"""Writes what PEFT makes of the settings of a LoRA adapter, each by itself.

  python3 make_adapter_settings.py ../Fixtures/models/llama \
    ../Fixtures/transformer/adapter-settings

adapter_model.safetensors has a pair for every linear layer of a tiny Llama. settings.json lists settings
that replace those of a plain adapter, the modules of which the pairs are in the file, and either the
last logits or why PEFT refuses. Needs peft, safetensors, torch and transformers.
"""

import json
import os
import re
import sys
import tempfile
import warnings

import torch
from peft import PeftModel
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

warnings.filterwarnings("ignore")
TOKENS = [7, 201, 33, 5, 90, 14, 222, 61, 8, 130]
PLAIN = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "llama", "r": 2,
         "lora_alpha": 4, "target_modules": ["q_proj", "down_proj"]}
ABSENT = "absent"
EVERYWHERE = ".*"

# Settings, and an expression for the modules of which the pairs are in the file.
QD = r".*(q|down)_proj"
CASES = [
    ({}, QD),
    *[({key: None}, QD) for key in [
        "task_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision",
        "inference_mode", "exclude_modules", "use_rslora", "modules_to_save", "init_lora_weights",
        "layers_to_transform", "layers_pattern", "megatron_config", "megatron_core",
        "trainable_token_indices", "loftq_config", "eva_config", "corda_config", "lora_ga_config",
        "use_dora", "velora_config", "alora_invocation_tokens", "use_qalora", "qalora_group_size",
        "monteclora_config", "layer_replication", "lora_bias", "target_parameters", "use_bdlora",
        "arrow_config", "kasa_config", "ensure_weight_tying", "fan_in_fan_out", "r", "lora_alpha",
        "target_modules", "rank_pattern", "alpha_pattern", "bias", "peft_type"]],
    ({"r": ABSENT, "target_modules": ["q_proj"]}, r".*q_proj"),
    ({"lora_alpha": ABSENT}, QD), ({"lora_alpha": 0}, QD), ({"lora_alpha": -3.5}, QD),
    ({"task_type": "SEQ_CLS"}, QD), ({"task_type": ABSENT}, QD),
    ({"target_modules": "all-linear"}, EVERYWHERE), ({"target_modules": QD}, QD),
    ({"target_modules": "q_proj"}, QD), ({"target_modules": [r".*q_proj"]}, QD),
    ({"target_modules": r"model\.layers\.\d+\.(self_attn|mlp)\.(q|down)_proj"}, QD),
    ({"target_modules": ["model.layers.0.self_attn.q_proj", "1.mlp.down_proj"]},
     r".*(0.self_attn.q_proj|1.mlp.down_proj)"),
    ({"exclude_modules": []}, QD), ({"exclude_modules": ""}, QD),
    ({"exclude_modules": ["lm_head"]}, QD), ({"exclude_modules": r".*lm_head"}, QD),
    ({"exclude_modules": ["layers.0.self_attn.q_proj"]}, r".*(1.self_attn.q|down)_proj"),
    ({"exclude_modules": r".*\.0\..*"}, r".*1.*(q|down)_proj"),
    ({"exclude_modules": ["q_proj"]}, QD),
    ({"layers_to_transform": 1}, r".*1.*(q|down)_proj"),
    ({"layers_to_transform": [0, 7]}, r".*0.*(q|down)_proj"), ({"layers_to_transform": []}, QD),
    ({"layers_to_transform": [1], "layers_pattern": "layers"}, r".*1.*(q|down)_proj"),
    ({"layers_to_transform": [1], "layers_pattern": ["h", "layers"]}, r".*1.*(q|down)_proj"),
    ({"layers_to_transform": [1], "layers_pattern": ""}, r".*1.*(q|down)_proj"),
    ({"layers_to_transform": [1], "layers_pattern": "h"}, r".*1.*(q|down)_proj"),
    ({"layers_pattern": "layers"}, QD),
    ({"target_modules": QD, "layers_to_transform": [0]}, QD),
    ({"rank_pattern": {"q_proj": 2}, "r": 2}, QD), ({"rank_pattern": {"(q|down)_proj": 2}, "r": 16}, QD),
    ({"rank_pattern": {r"layers\.\d+\..*": 2}, "r": 16}, QD), ({"rank_pattern": {"q_proj": 7}}, QD),
    ({"alpha_pattern": {"(q|k)_proj": 6}}, QD), ({"alpha_pattern": {r"layers\.[1-9]\..*": 1}}, QD),
    ({"alpha_pattern": {r".*\.0\..*": 9, "q_proj": 1}}, QD), ({"alpha_pattern": {"nothing": 9}}, QD),
    ({"alpha_pattern": {r"^model.layers.0.mlp.down_proj": 1}}, QD),
    ({"alpha_pattern": {r"q_pro": 9}}, QD), ({"alpha_pattern": {"proj": 9, "_proj": 3}}, QD),
    ({"alpha_pattern": {r"model\.layers\.1\.self_attn\.q_proj": 9}}, QD),
    ({"alpha_pattern": {r"layers\.(0|1)\.mlp\.\w+": 3}, "use_rslora": True}, QD),
    *[({"init_lora_weights": value}, QD) for value in [
        False, "gaussian", "eva", "orthogonal", "mica", "olora", "pissa", "pissa_niter_4", "corda",
        "loftq", "lora_ga", "unheard-of"]],
    *[({key: {}}, QD) for key in [
        "velora_config", "kasa_config", "use_bdlora", "arrow_config", "monteclora_config",
        "megatron_config", "trainable_token_indices", "eva_config", "corda_config",
        "lora_ga_config", "loftq_config", "rank_pattern", "alpha_pattern"]],
    *[({key: []}, QD) for key in [
        "trainable_token_indices", "layer_replication", "target_parameters", "modules_to_save",
        "alora_invocation_tokens"]],
    *[({key: True}, QD) for key in [
        "ensure_weight_tying", "fan_in_fan_out", "lora_bias", "use_qalora", "use_dora", "use_rslora",
        "inference_mode"]],
    ({"bias": "all"}, QD), ({"bias": "lora_only"}, QD), ({"bias": "some"}, QD),
    ({"modules_to_save": ["score"]}, QD), ({"modules_to_save": ["lm_head"]}, QD),
    ({"modules_to_save": ["self_attn"]}, QD),
    ({"alora_invocation_tokens": [1, 2]}, QD), ({"layer_replication": [[0, 2], [1, 2]]}, QD),
    ({"target_parameters": ["mlp.down_proj.weight"]}, QD), ({"trainable_token_indices": [1]}, QD),
    ({"megatron_config": {"a": 1}}, QD), ({"lora_dropout": 0.5}, QD), ({"peft_type": "IA3"}, QD),
    ({"revision": "main", "peft_version": "0.99", "auto_mapping": {"a": "b"}}, QD),
    ({"qalora_group_size": 3, "megatron_core": "m"}, QD), ({"unheard_of": 1}, QD),
]


def main(base, output):
    os.makedirs(output, exist_ok=True)
    generator = torch.Generator().manual_seed(0)
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    pairs = {}
    for name, module in plain.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            out, inner = module.weight.shape
            pairs[name] = (torch.randn(2, inner, generator=generator) / 8,
                           torch.randn(out, 2, generator=generator) / 8)
    save_file({f"base_model.model.{name}.lora_{part}.weight": tensor
               for name, both in pairs.items() for part, tensor in zip("AB", both)},
              os.path.join(output, "adapter_model.safetensors"))
    cases = [result(base, pairs, *case) for case in CASES]
    with open(os.path.join(output, "settings.json"), "w", encoding="utf-8") as file:
        json.dump({"tokens": TOKENS, "cases": cases}, file, indent=0)
        file.write("\n")


def result(base, pairs, changes, expression):
    settings = {**PLAIN, **changes}
    settings = {key: value for key, value in settings.items() if value != ABSENT}
    modules = [name for name in pairs if re.fullmatch(expression, name)]
    case = {"settings": settings, "changes": changes, "modules": modules}
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "adapter_config.json"), "w", encoding="utf-8") as file:
            json.dump(settings, file)
        tensors = {f"base_model.model.{name}.lora_{part}.weight": tensor
                   for name in modules for part, tensor in zip("AB", pairs[name])}
        save_file(tensors, os.path.join(folder, "adapter_model.safetensors"))
        try:
            torch.manual_seed(0)
            model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
            model = PeftModel.from_pretrained(model, folder).eval()
            with torch.no_grad():
                logits = model(torch.tensor([TOKENS])).logits[0, -1, :24]
            case["logits"] = [round(value, 6) for value in logits.tolist()]
        except Exception as error:  # whatever PEFT says is a refusal
            case["error"] = f"{type(error).__name__}: {error}".split("\n")[0][:120]
    return case


if __name__ == "__main__":
    main(*sys.argv[1:])
