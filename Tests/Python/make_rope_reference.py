"""Writes the rotary frequencies that transformers computes for scaled rotary embeddings.

  python3 make_rope_reference.py rope.json

Each case is a config.json, a sequence length, and for it the inverse frequencies and the factor on
cosines and sines. Needs torch and transformers.
"""

import json
import sys

from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

BASE = {
    "model_type": "llama", "vocab_size": 64, "hidden_size": 64, "intermediate_size": 96,
    "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2,
    "max_position_embeddings": 256,
}
SHORT = [1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 1.9, 2.4]
LONG = [1.0, 1.5, 2.5, 4.0, 8.0, 16.0, 24.0, 31.5]
ROPES = [
    {"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0},
    {"rope_type": "linear", "rope_theta": 500000.0, "factor": 2.5},
    {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0},
    {"rope_type": "dynamic", "rope_theta": 1000000.0, "factor": 8.0},
    {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
     "high_freq_factor": 4.0, "original_max_position_embeddings": 64},
    {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 32.0, "low_freq_factor": 1.0,
     "high_freq_factor": 4.0, "original_max_position_embeddings": 128},
    {"rope_type": "longrope", "rope_theta": 10000.0, "short_factor": SHORT, "long_factor": LONG,
     "original_max_position_embeddings": 64},
    {"rope_type": "longrope", "rope_theta": 10000.0, "short_factor": SHORT, "long_factor": LONG,
     "original_max_position_embeddings": 64, "factor": 8.0},
    {"rope_type": "longrope", "rope_theta": 10000.0, "short_factor": SHORT, "long_factor": LONG,
     "original_max_position_embeddings": 64, "attention_factor": 1.25},
]


def case(rope, length):
    config = LlamaConfig(**BASE, rope_parameters=dict(rope))
    frequencies, factor = ROPE_INIT_FUNCTIONS[rope["rope_type"]](config, seq_len=length)
    return {
        "config": {**BASE, "rope_parameters": rope}, "sequence_length": length,
        "inverse_frequencies": [float(value) for value in frequencies],
        "attention_factor": float(factor),
    }


if __name__ == "__main__":
    cases = [case(rope, length) for rope in ROPES for length in (16, 64, 65, 256, 400, 1000)]
    with open(sys.argv[1], "w") as file:
        json.dump(cases, file, indent=1)
        file.write("\n")
