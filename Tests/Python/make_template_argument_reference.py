"""Writes what transformers renders of conversations with template arguments and begun answers.

  python3 make_template_argument_reference.py ../Fixtures

Each row has a tokenizer and a template of the fixtures, `arguments` as `apply_chat_template` takes them, and
`prefill` where the answer has begun (`continue_final_message`); then `text` and `ids`, or `error`.
Needs transformers and jinja2.
"""

import json
import pathlib
import sys

from transformers import PreTrainedTokenizerFast

FIXTURES = pathlib.Path(sys.argv[1]).resolve()
sys.path.append(str(FIXTURES / "jinja"))
from make_cases import fixed_clock  # noqa: E402

USER = {"role": "user", "content": "Name a fruit, please."}
SYSTEM = {"role": "system", "content": "Be brief."}
CONVERSATIONS = {"plain": [USER], "system": [SYSTEM, USER], "turns": [USER, {"role": "assistant", "content": "Pear."}, USER]}

ARGUMENTS = {
    "qwen3": [{}, {"enable_thinking": False}, {"enable_thinking": True}, {"enable_thinking": None},
              {"enable_thinking": "false"}, {"unknown": 1}],
    "smollm3": [{"enable_thinking": False}, {"enable_thinking": True, "xml_tools": None}],
    "granite": [{"thinking": True}, {"thinking": False}],
    "llama-3.1": [{"date_string": "01 Jan 2020"}, {"tools_in_user_message": False}],
}
PROBE = ("{% for m in messages %}{{ m.content }};{% endfor %}{{ v }}|{{ v | tojson }}|{{ v is defined }}|{{ v is none }}|"
         "{{ v is string }}|{{ v is mapping }}|{{ v is iterable }}|{% if v %}yes{% else %}no{% endif %}")
VALUES = [None, True, False, 0, 1, -7, 2.5, 1.0, 1e100, "", "false", "é <b> \"q\"", [], [1, "a", None, [True]],
          {}, {"b": 1, "a": {"c": [2.0, "x"]}}]
PREFILLS = ["Sure, here is", "Sure, here is ", " Sure,\n", "1.", "<b>Ça va</b> 👋🏽:", "<think>\nLet me"]
TOKENIZERS = ["bytes", "bytelevel-llama3-like", "bytelevel-qwen2-like", "spm-like", "spm-like-metaspace", "smollm2"]


def load(name):
    folder = FIXTURES / "tokenizers" / name
    configuration = json.loads((folder / "tokenizer_config.json").read_text())
    names = ("bos_token", "eos_token", "unk_token", "pad_token")
    special = {key: configuration[key] for key in names if configuration.get(key)}
    return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **special)


def row(name, tokenizer, label, template, conversation, arguments, prefill=None):
    messages = list(CONVERSATIONS[conversation])
    flags = {"add_generation_prompt": True}
    if prefill is not None:
        messages.append({"role": "assistant", "content": prefill})
        flags = {"continue_final_message": True}
    result = {"tokenizer": name, "template": label, "conversation": conversation, "arguments": arguments}
    if prefill is not None:
        result["prefill"] = prefill
    try:
        text = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=False, **flags, **arguments)
        ids = tokenizer.apply_chat_template(messages, chat_template=template, tokenize=True, return_dict=False, **flags, **arguments)
    except Exception as error:
        return result | {"error": type(error).__name__}
    return result | {"text": text, "ids": ids}


def main():
    fixed_clock()
    templates = {path.stem: path.read_text() for path in sorted((FIXTURES / "jinja" / "templates").glob("*.jinja"))}
    tokenizers = {name: load(name) for name in TOKENIZERS}
    rows = []
    for label, choices in ARGUMENTS.items():
        for conversation in CONVERSATIONS:
            for arguments in choices:
                rows.append(row("bytelevel-qwen2-like", tokenizers["bytelevel-qwen2-like"], label, templates[label],
                                conversation, arguments))
    for value in VALUES:
        rows.append(row("bytes", tokenizers["bytes"], "probe", PROBE, "plain", {"v": value}))
    for index, (label, template) in enumerate(templates.items()):
        for place, prefill in enumerate(PREFILLS):
            name = TOKENIZERS[(index + place) % len(TOKENIZERS)]
            conversation = list(CONVERSATIONS)[(index + place) % 3]
            rows.append(row(name, tokenizers[name], label, template, conversation, {}, prefill))
    for prefill in PREFILLS:
        for thinking in (True, False):
            rows.append(row("bytelevel-qwen2-like", tokenizers["bytelevel-qwen2-like"], "qwen3", templates["qwen3"],
                            "plain", {"enable_thinking": thinking}, prefill))
    lines = ",\n".join(json.dumps(entry) for entry in rows)
    text = '{"conversations": %s,\n"probe": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(CONVERSATIONS), json.dumps(PROBE), lines)
    (FIXTURES / "conversations" / "template-arguments.json").write_text(text)
    print(len(rows), "cases,", sum("error" in entry for entry in rows), "errors")


if __name__ == "__main__":
    main()
