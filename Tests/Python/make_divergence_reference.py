"""Writes how far a tiny Llama with an adapter is from the same Llama without: KL in float64.

  python3 make_divergence_reference.py ../Fixtures

The Llama without the adapter is the reference. It answers each prompt greedily; at each token of its answer stands
KL(reference || model) over the whole vocabulary. Needs torch, transformers, peft and tokenizers.
"""

import json
import pathlib
import sys

import tokenizers
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

PROMPTS = ["Hi", "What is 2 + 2?", "Name a fruit, please, and say why you like it.", "é 你好"]
NEW_TOKENS = 7


def main(fixtures):
    fixtures = pathlib.Path(fixtures)
    base = AutoModelForCausalLM.from_pretrained(fixtures / "models" / "llama", dtype=torch.float32).double().eval()
    model = AutoModelForCausalLM.from_pretrained(fixtures / "models" / "llama", dtype=torch.float32)
    model = PeftModel.from_pretrained(model, fixtures / "adapters" / "plain").double().eval()
    tokenizer = tokenizers.Tokenizer.from_file(str(fixtures / "tokenizers" / "bytes" / "tokenizer.json"))
    rows = []
    with torch.no_grad():
        for prompt in PROMPTS:
            ids = tokenizer.encode(f"user: {prompt};assistant: ", add_special_tokens=False).ids
            answer = []
            for _ in range(NEW_TOKENS):
                answer.append(base(torch.tensor([ids + answer])).logits[0, -1].argmax().item())
            whole = torch.tensor([ids + answer])
            places = slice(len(ids) - 1, len(ids) + NEW_TOKENS - 1)
            p = torch.log_softmax(base(whole).logits[0, places].double(), -1)
            q = torch.log_softmax(model(whole).logits[0, places].double(), -1)
            divergences = (p.exp() * (p - q)).sum(-1)
            rows.append({"prompt": prompt, "answer": answer, "response": tokenizer.decode(answer), "kl": divergences.tolist()})
    text = json.dumps({"new_tokens": NEW_TOKENS, "prompts": rows}, indent=1)
    (fixtures / "evaluation" / "divergence.json").write_text(text + "\n")
    print([row["kl"][0] for row in rows], [sum(row["kl"]) / NEW_TOKENS for row in rows])


if __name__ == "__main__":
    main(*sys.argv[1:])
