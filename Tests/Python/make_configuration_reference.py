"""Writes what transformers makes of every key of a configuration: present, null and absent.

  python3 make_configuration_reference.py ../Fixtures/models configurations.jsonl

Takes tiny models with their weights, changes their config.json key by key, loads each through the
Auto classes in float64 and notes the loss of one token sequence, "error" where transformers does not
take the configuration or the weights do not fit it, or "missing" where it would make weights up. The keys
are those of the configuration classes: a key without variants here stops the script. Greedy
continuations of models whose rotary frequencies depend on the length come last. Needs numpy, torch
and transformers.
"""

import json
import shutil
import sys
import tempfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM

MODELS = ["llama", "mistral-window8", "qwen2-bf16", "qwen3", "gemma2", "gemma3", "phi3"]
ABSENT = "(absent)"
FULL, SLIDING = "full_attention", "sliding_attention"

# What has no bearing on the loss, with a value to show it.
WITHOUT_EFFECT = {
    "architectures": ["OtherForCausalLM"], "attention_dropout": 0.5, "bos_token_id": 7,
    "chunk_size_feed_forward": 1, "dtype": "float16", "embd_pdrop": 0.5, "eos_token_id": [5, 6],
    "id2label": {"0": "a"}, "initializer_range": 0.5, "is_encoder_decoder": True,
    "label2id": {"a": 0}, "output_hidden_states": True, "pad_token_id": 9, "pretraining_tp": 2,
    "problem_type": "regression", "resid_pdrop": 0.5, "return_dict": True,
    "transformers_version": "4.0.0", "use_cache": False, "torch_dtype": "bfloat16",
    # Not keys of these classes, whatever they mean elsewhere.
    "attention_multiplier": 3.0, "residual_multiplier": 3.0, "logits_scaling": 3.0,
    "embedding_multiplier": 3.0, "logit_scale": 3.0, "clip_qkv": 0.1, "rope_interleaved": True,
    "attention_chunk_size": 4, "use_qk_norm": True, "_attn_implementation": "eager",
}


def variants(key, base):
    """Values to try under a key, beside its absence and null."""
    layers, half = base["num_hidden_layers"], base["rotary"] // 2
    return {
        "vocab_size": [base["vocab_size"] + 1],
        "hidden_size": [base["hidden_size"] + 8, 0],
        "intermediate_size": [base["intermediate_size"] + 8],
        "num_hidden_layers": [layers - 1, layers + 1],
        "num_attention_heads": [base["num_attention_heads"] * 2],
        "num_key_value_heads": [base["num_attention_heads"], 3],
        "head_dim": [base["rotary"] * 2],
        "hidden_act": ["gelu_pytorch_tanh", "gelu_new", "gelu_fast", "swish", "gelu", "relu", "quick_gelu"],
        "hidden_activation": ["silu", "gelu_new", "gelu", "relu"],
        "max_position_embeddings": [64],
        "original_max_position_embeddings": [20],
        "rms_norm_eps": [0.01, 1],
        "attention_bias": [True],
        "mlp_bias": [True],
        # True beside another head is a matter of the weights.
        "tie_word_embeddings": [False],
        "query_pre_attn_scalar": [4],
        "sliding_window": [5, 100],
        "final_logit_softcapping": [0.5],
        "attn_logit_softcapping": [0.5],
        "use_bidirectional_attention": [False, True],
        "use_sliding_window": [True],
        "max_window_layers": [0, 1],
        "layer_types": [
            [FULL] * layers, [SLIDING] * layers, ([FULL, SLIDING] * layers)[:layers],
            [FULL] * (layers + 1), ["chunked_attention"] * layers, ["linear_attention"] * layers,
            ["attention"] * layers, ["other"] * layers, FULL,
        ],
        "rope_theta": [500, 500000.0],
        "rope_local_base_freq": [500],
        "partial_rotary_factor": [0.5],
        "sliding_window_pattern": [1, 2, 5],
        "_sliding_window_pattern": [2],
        "is_causal": [True, False],
        "per_layer_config": [{"0": {"sliding_window": 3}}],
        "rope_scaling": ropes(half),
        "rope_parameters": ropes(half) + [{"rope_theta": 500}, {"rope_theta": None}],
    }.get(key)


def ropes(half):
    short, long = [1 + 0.1 * i for i in range(half)], [1 + 2.0 * i for i in range(half)]
    llama3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
              "high_freq_factor": 4.0, "original_max_position_embeddings": 16}
    longrope = {"rope_type": "longrope", "short_factor": short, "long_factor": long,
                "original_max_position_embeddings": 16}
    yarn = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}
    linear = {"rope_type": "linear", "factor": 4.0}
    result = [
        {}, {"rope_type": "default"}, {"type": "default"}, {"rope_type": None, "factor": 4.0},
        {"factor": 4.0}, {"rope_type": "default", "rope_theta": 500}, "linear", [4.0],
        {"rope_type": "proportional", "factor": 2.0}, {"rope_type": "other"}, {"type": "mrope"},
        linear, {**linear, "rope_theta": 500}, {**linear, "partial_rotary_factor": 0.5},
        {"type": "linear", "factor": 4.0}, {"type": "linear", "rope_type": "default", "factor": 4.0},
        {**linear, "factor": 0.5},
        {"rope_type": "dynamic", "factor": 4.0},
        {**yarn}, {**yarn, "type": "yarn"}, {**longrope, "rope_type": "yarn"},
        {**longrope, "rope_type": "su"}, {**longrope, "attention_factor": 1.5},
        {**longrope, "factor": 8.0}, {**longrope, "original_max_position_embeddings": 64},
        {**longrope, "short_factor": short[1:]}, {**longrope, "long_factor": long[1:]},
        {**longrope, "rope_type": "longrope", "type": "su"},
        {**llama3, "low_freq_factor": 0.5}, {**linear, "unknown_key": 3},
        {FULL: {**linear}, SLIDING: {"rope_type": "default"}},
        {FULL: {**linear, "rope_theta": 500}, SLIDING: {**linear, "rope_theta": 300}},
        {FULL: {**linear}}, {SLIDING: {"rope_theta": 300}}, {FULL: None, SLIDING: {**linear}},
        {FULL: {**yarn}, SLIDING: {"rope_type": "default"}},
        {FULL: {"rope_type": "default"}, SLIDING: {"rope_type": "other"}},
        {FULL: {"type": "linear", "factor": 4.0}}, {FULL: {**linear}, "rope_theta": 500},
    ]
    for whole in [{"rope_type": "linear", "factor": 4.0}, {"rope_type": "dynamic", "factor": 4.0},
                  llama3, longrope]:
        for key in whole:
            if key != "rope_type":
                result.append({name: value for name, value in whole.items() if name != key})
                result.append({**whole, key: None})
    return result + [llama3, longrope]


def combinations(base):
    """Keys that bear on one another."""
    half, layers = base["rotary"] // 2, base["num_hidden_layers"]
    rope = ropes(half)
    llama3, longrope = rope[-2], rope[-1]
    linear, yarn = {"rope_type": "linear", "factor": 4.0}, {"rope_type": "yarn", "factor": 4.0}
    without = {key: value for key, value in llama3.items() if "original" not in key}
    long_without = {key: value for key, value in longrope.items() if "original" not in key}
    alternating = ([SLIDING, FULL] * layers)[:layers]
    return [
        {"rope_scaling": linear, "rope_parameters": {"rope_theta": 500, "rope_type": "default"}},
        {"rope_scaling": linear, "rope_parameters": {**linear, "factor": 2.0, "rope_theta": 500}},
        {"rope_scaling": {}, "rope_parameters": {**linear, "factor": 2.0}},
        {"rope_scaling": None, "rope_parameters": {**linear, "factor": 2.0}},
        {"rope_scaling": linear, "rope_parameters": yarn},
        {"rope_scaling": yarn, "rope_parameters": linear},
        {"rope_scaling": linear, "rope_parameters": {"rope_type": "other"}},
        {"rope_scaling": linear, "rope_parameters": {FULL: {"rope_theta": 500, "rope_type": "default"}}},
        {"rope_scaling": {"rope_theta": 700}, "rope_parameters": {
            FULL: {"rope_theta": 500}, SLIDING: {"rope_theta": 300}}},
        {"rope_scaling": linear, "rope_parameters": {}},
        {"rope_theta": 700, "rope_parameters": {"rope_theta": 500, "rope_type": "default"}},
        {"rope_theta": 700, "rope_parameters": linear},
        {"rope_theta": 700, "rope_local_base_freq": 300, "rope_parameters": {
            FULL: {"rope_type": "default"}, SLIDING: {"rope_type": "default"}}},
        {"rope_theta": ABSENT, "rope_scaling": linear, "rope_parameters": {"rope_theta": 500}},
        {"partial_rotary_factor": 0.5, "rope_scaling": linear},
        {"partial_rotary_factor": 0.5, "rope_parameters": {**linear, "partial_rotary_factor": 1.0}},
        {"max_position_embeddings": 48, "rope_scaling": without},
        {"max_position_embeddings": 48, "rope_scaling": long_without},
        {"original_max_position_embeddings": 24, "rope_scaling": llama3},
        {"original_max_position_embeddings": 24, "rope_scaling": longrope},
        {"original_max_position_embeddings": ABSENT, "rope_scaling": longrope},
        {"original_max_position_embeddings": None, "rope_scaling": longrope},
        {"original_max_position_embeddings": 24, "rope_scaling": long_without},
        {"original_max_position_embeddings": 24, "rope_parameters": {**longrope, "rope_theta": 500}},
        {"original_max_position_embeddings": 24, "rope_parameters": {FULL: longrope, SLIDING: linear}},
        {"max_position_embeddings": 16, "rope_scaling": {"rope_type": "dynamic", "factor": 4.0}},
        {"max_position_embeddings": ABSENT, "rope_scaling": {"rope_type": "dynamic", "factor": 4.0}},
        {"max_position_embeddings": ABSENT, "rope_scaling": without},
        {"use_sliding_window": True, "sliding_window": 5, "max_window_layers": 1},
        {"use_sliding_window": True, "sliding_window": 5, "max_window_layers": 0},
        {"use_sliding_window": True, "sliding_window": 5},
        {"use_sliding_window": True, "sliding_window": None, "max_window_layers": 0},
        {"use_sliding_window": True, "sliding_window": 5, "layer_types": alternating},
        {"use_sliding_window": False, "sliding_window": 5, "layer_types": alternating},
        {"use_sliding_window": False, "sliding_window": 5, "max_window_layers": 0},
        {"sliding_window": 5, "layer_types": alternating},
        {"sliding_window": None, "layer_types": alternating},
        {"sliding_window": None, "layer_types": [FULL] * layers},
        {"sliding_window": ABSENT, "layer_types": alternating},
        {"sliding_window": 5, "layer_types": [FULL] * layers},
        {"sliding_window": 5, "layer_types": None, "sliding_window_pattern": 2},
        {"sliding_window": 5, "layer_types": alternating, "sliding_window_pattern": 3},
        {"layer_types": ABSENT, "sliding_window_pattern": ABSENT, "_sliding_window_pattern": 2},
        {"layer_types": ABSENT, "sliding_window_pattern": None},
        {"layer_types": ABSENT, "sliding_window_pattern": ABSENT},
        {"hidden_act": "relu", "hidden_activation": "silu"},
        {"head_dim": ABSENT, "num_key_value_heads": ABSENT},
        {"attn_logit_softcapping": ABSENT, "final_logit_softcapping": ABSENT},
        {"attn_logit_softcapping": None, "final_logit_softcapping": None},
    ]


def changed(config, changes):
    config = {**config, **changes}
    return {key: value for key, value in config.items() if value != ABSENT}


class Folder:
    """A model whose configuration is changed again and again."""

    def __init__(self, source):
        self.path = Path(tempfile.mkdtemp())
        self.config = json.loads((source / "config.json").read_text())
        shutil.copy(source / "model.safetensors", self.path / "model.safetensors")

    def load(self, changes):
        (self.path / "config.json").write_text(json.dumps(changed(self.config, changes)))
        model, info = AutoModelForCausalLM.from_pretrained(
            self.path, dtype=torch.float64, attn_implementation="eager", output_loading_info=True)
        return model.eval(), info["missing_keys"]

    def loss(self, changes, tokens):
        try:
            model, missing = self.load(changes)
            if missing:
                return "missing"
            labels = torch.tensor([[-100] * 20 + tokens[20:]])
            with torch.no_grad():
                loss = model(torch.tensor([tokens]), labels=labels, return_dict=True).loss.item()
            return round(loss, 9) if np.isfinite(loss) else "error"
        except Exception as error:  # whatever stops it
            if isinstance(error, NameError):
                raise
            return "error"


def cases(folder, tokens):
    base = dict(folder.config)
    base["rotary"] = base.get("head_dim") or base["hidden_size"] // base["num_attention_heads"]
    config_class = type(AutoConfig.for_model(base["model_type"]))
    keys = [field.name for field in fields(config_class)] + [
        "rope_theta", "rope_scaling", "partial_rotary_factor", "layer_types", "head_dim",
        "sliding_window", "attention_bias", "mlp_bias", "num_key_value_heads", "is_causal",
        "per_layer_config", "rope_local_base_freq", "sliding_window_pattern",
        "_sliding_window_pattern", "attn_logit_softcapping", "final_logit_softcapping",
        "hidden_activation", "hidden_act", "use_sliding_window", "max_window_layers",
        "original_max_position_embeddings", "query_pre_attn_scalar", "use_bidirectional_attention",
        *WITHOUT_EFFECT]
    unchanged = folder.loss({}, tokens)
    for key in dict.fromkeys(keys):
        if key in WITHOUT_EFFECT:
            assert folder.loss({key: WITHOUT_EFFECT[key]}, tokens) == unchanged, key
            yield {key: WITHOUT_EFFECT[key]}, unchanged
            continue
        for value in [ABSENT, None, *variants(key, base)]:
            yield {key: value}, folder.loss({key: value}, tokens)
    for changes in combinations(base):
        yield changes, folder.loss(changes, tokens)


def generations(models):
    """Greedy continuations across the length at which the rotary frequencies change.

    One ends before a token whose logit is within 2e-4 of the next: which of them is the larger is a matter
    of rounding.
    """
    factors = {"short_factor": [1.0, 1.1, 1.2, 1.3, 1.4, 1.5], "long_factor": [1.0, 4.0, 9.0, 16.0, 25.0, 36.0]}
    long = {"type": "longrope", **factors}
    four = {key: value[:4] for key, value in factors.items()}
    cases = [
        ("phi3", {"original_max_position_embeddings": 20, "rope_scaling": long}),
        ("phi3", {"original_max_position_embeddings": 20, "rope_scaling": long, "sliding_window": 12}),
        ("llama", {"max_position_embeddings": 20, "rope_scaling": {"rope_type": "dynamic", "factor": 6.0}}),
        ("llama", {"rope_scaling": {"rope_type": "longrope", "original_max_position_embeddings": 20, **four}}),
        ("gemma3", {"max_position_embeddings": 20, "rope_scaling": {"rope_type": "dynamic", "factor": 6.0}}),
    ]
    for name, changes in cases:
        folder = Folder(models / name)
        for length in (6, 14, 19, 20, 21, 30):
            rng = np.random.default_rng(length)
            prompt = rng.integers(3, 200, length).tolist()

            def continuation(changes):
                model, _ = folder.load(changes)
                output = model.generate(
                    torch.tensor([prompt]), attention_mask=torch.ones(1, length), do_sample=False,
                    max_new_tokens=40, eos_token_id=None, pad_token_id=0, output_logits=True,
                    return_dict_in_generate=True)
                best = torch.stack(output.logits)[:, 0].topk(2).values
                ties = (best[:, 0] - best[:, 1] < 2e-4).nonzero()
                sure = int(ties[0]) if len(ties) else 40
                return output.sequences[0, length:length + sure].tolist()

            yield {"model": name, "changes": changes, "prompt": prompt,
                   "continuation": continuation(changes)}


def lines(source):
    for name in MODELS:
        folder = Folder(source / name)
        vocabulary = folder.config["vocab_size"]
        tokens = np.random.default_rng(0).integers(3, min(vocabulary, 250), 40).tolist()
        yield {"model": name, "tokens": tokens}
        for changes, loss in cases(folder, tokens):
            yield {"model": name, "changes": changes, "loss": loss}
    yield from generations(source)


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    with open(sys.argv[2], "w", buffering=1) as file:
        seen = set()
        for line in map(json.dumps, lines(Path(sys.argv[1]))):
            if line not in seen:
                print(line, file=file)
            seen.add(line)
