"""Writes what transformers decodes greedily of a tiny Llama under settings of generation_config.json.

  python3 make_generation_reference.py ../Fixtures/models/llama \
    ../Fixtures/transformer/generation.json

Every row holds the settings as they stand in the file, and the new tokens of each prompt, the end of
text included. `keys` lists all settings that transformers knows. Needs torch and transformers.
"""

import json
import sys
import warnings

import torch
from transformers import AutoModelForCausalLM, GenerationConfig

PROMPTS = [[7, 201, 33, 5, 90, 14, 222, 61, 8, 130], [5, 9, 5, 9, 5, 9], [3], [40, 41, 42, 40, 41]]
NEW_TOKENS = 12


def settings(free):
    """Rows that change something, made from what is decoded freely."""
    a, b = free[0], free[1]
    yield {}
    yield {"repetition_penalty": 1.3}
    yield {"repetition_penalty": 0.7}
    yield {"repetition_penalty": 5.0}
    yield {"encoder_repetition_penalty": 1.7}
    yield {"encoder_repetition_penalty": 0.5}
    yield {"no_repeat_ngram_size": 1}
    yield {"no_repeat_ngram_size": 2}
    yield {"no_repeat_ngram_size": 3}
    yield {"encoder_no_repeat_ngram_size": 1}
    yield {"encoder_no_repeat_ngram_size": 2}
    yield {"encoder_no_repeat_ngram_size": 2, "no_repeat_ngram_size": 2}
    yield {"sequence_bias": [[[a[0]], -10.0], [[b[2]], 2.5]]}
    yield {"sequence_bias": [[[a[0], a[1]], -10.0], [[a[2], a[3], a[4]], -9.0], [[60], 1.0]]}
    yield {"bad_words_ids": [[a[0]], [b[0], b[1]], [7, 7, 7]]}
    yield {"suppress_tokens": a[:3] + b[:2]}
    yield {"suppress_tokens": [a[1], 100000, -1]}
    yield {"begin_suppress_tokens": [a[0], b[0], free[2][0]]}
    yield {"begin_suppress_tokens": free[2][:2] + [a[0]], "forced_bos_token_id": 17}
    yield {"forced_bos_token_id": 17}
    yield {"forced_eos_token_id": 2}
    yield {"forced_eos_token_id": [9, 2]}
    yield {"eos_token_id": a[3]}
    yield {"eos_token_id": [a[5], b[2], free[3][4]]}
    yield {"eos_token_id": a[3], "min_length": 15}
    yield {"eos_token_id": [a[2], b[2]], "min_new_tokens": 7}
    yield {"eos_token_id": [a[2], b[2]], "min_new_tokens": 4, "min_length": 40}
    yield {"eos_token_id": [a[5]], "bad_words_ids": [[a[5]], [a[1]]]}
    yield {"eos_token_id": [30], "exponential_decay_length_penalty": [2, 1.9]}
    yield {"eos_token_id": [30, 31], "exponential_decay_length_penalty": [0, 3.0]}
    yield {"remove_invalid_values": True, "suppress_tokens": [a[0]]}
    yield {"renormalize_logits": True}
    yield {"guidance_scale": 1.0}
    yield {"repetition_penalty": 1.2, "no_repeat_ngram_size": 2, "suppress_tokens": [a[0]],
           "begin_suppress_tokens": [b[0]], "bad_words_ids": [[a[2]]], "eos_token_id": [30],
           "min_new_tokens": 3, "exponential_decay_length_penalty": [4, 1.6],
           "sequence_bias": [[[50], 0.5]], "encoder_repetition_penalty": 1.1}
    yield {"do_sample": True, "temperature": 0.3, "top_p": 0.9, "top_k": 20, "max_length": 4}
    yield {"num_beams": 1, "use_cache": True, "pad_token_id": 0, "bos_token_id": 1}


def decode(model, values):
    given = dict(values)
    given.setdefault("pad_token_id", 0)
    model.generation_config = GenerationConfig(**given)
    rows = []
    for prompt in PROMPTS:
        ids = torch.tensor([prompt])
        out = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW_TOKENS,
                             do_sample=False)
        rows.append(out[0][len(prompt):].tolist())
    return rows


def main(folder, output):
    warnings.simplefilter("ignore")
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    free = decode(model, {})
    rows = [{"settings": row, "generated": decode(model, row)} for row in settings(free)]
    keys = sorted(key for key in GenerationConfig().to_dict())
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    with open(output, "w") as file:
        file.write(f'{{"prompts": {json.dumps(PROMPTS)}, "new_tokens": {NEW_TOKENS},\n'
                   f' "keys": {json.dumps(keys)},\n "rows": [\n  {lines}\n ]}}\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
