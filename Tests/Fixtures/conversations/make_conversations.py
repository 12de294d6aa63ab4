"""Writes conversations.json: conversations as tokens, with the mask of the answer.

    python make_conversations.py    (needs transformers, jinja2 and tokenizers)

The text comes from transformers' renderer, the tokens and their offsets from the tokenizers library.
The answer is found in another way than the Swift code does it: by looking for its own text.
"""

import json
import pathlib
import sys

import tokenizers
from transformers.utils.chat_template_utils import render_jinja_template

HERE = pathlib.Path(__file__).parent
JINJA = HERE.parent / "jinja"
sys.path.append(str(JINJA))
from make_cases import fixed_clock  # noqa: E402

TOKENIZERS = ["bytes", "bytelevel-llama3-like", "bytelevel-qwen2-like", "spm-like", "spm-like-metaspace"]
TEMPLATES = ["chatml", "gemma", "llama-2", "llama-3", "mistral", "phi-3"]


def turns(*texts):
    return [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]


CONVERSATIONS = {
    "short": turns("What is 2 + 2?", "Four."),
    "spaces": turns("  Hi \n", "\n  It is   four.\t\n"),
    "turns": turns("Hi", "Hello!", "What is this?", "It's a test, 1234 and so on.\n\nYes."),
    "open": turns("Hi", "Hello there!", "And then?"),
    "unicode": turns("你好 👋🏽", "Ça va, “naïve” 你好 👩‍👩‍👧 e\u0301."),
    "system": [{"role": "system", "content": "Be brief."}] + turns("Name a fruit.", "Pear"),
    "lookalike": turns("Say Pear twice: Pear Pear", "Pear Pear <b>", "again", "Pear Pear"),
    "control": turns("Hi", "a <|eot_id|> b </s> c <|im_end|> d"),
}


def special_tokens(configuration):
    names = ("bos_token", "eos_token", "unk_token", "pad_token")
    return {name: configuration[name] for name in names if configuration.get(name)}


def answer_ranges(text, messages, added, eos):
    turn = max(i for i, message in enumerate(messages) if message["role"] == "assistant")
    content = messages[turn]["content"]
    if content not in text:
        content = content.strip()
    later = messages[turn + 1:]
    limit = text.rindex(later[0]["content"].strip()) if later else len(text)
    start = text.rindex(content, 0, limit)
    end = start + len(content)
    ranges = [(start, end)]
    after = text[end:]
    space = len(after) - len(after.lstrip(" \n\t\r"))
    matches = [token for token in added | {eos} if token and after[space:].startswith(token)]
    if matches:
        length = len(max(matches, key=len))
        ranges.append((end + space, end + space + length))
    return ranges


def case(name, tokenizer, configuration, template, conversation):
    messages = CONVERSATIONS[conversation]
    source = (JINJA / "oracles" / template / "template.jinja").read_text()
    context = special_tokens(configuration)
    result = {"tokenizer": name, "template": template, "conversation": conversation}

    def render(prompt):
        return render_jinja_template([messages], chat_template=source, add_generation_prompt=prompt, **context)[0][0]

    try:
        text, prompt = render(False), render(True)
    except Exception as error:
        return result | {"error": type(error).__name__}

    def encode(text):  # as apply_chat_template does
        encoding = tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.offsets

    added = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    ranges = answer_ranges(text, messages, added, configuration.get("eos_token"))
    ids, offsets = encode(text)
    mask = [int(any(a < e and b > s for s, e in ranges)) for a, b in offsets]
    last = max(i for i, bit in enumerate(mask) if bit)
    return result | {"text": text[: ranges[-1][1]], "ids": ids[: last + 1], "answer_mask": mask[: last + 1], "prompt_ids": encode(prompt)[0]}


def byte_tokenizer():
    """A tokenizer with a token a byte, which loads at once."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    model = tokenizers.models.BPE({letter: i for i, letter in enumerate(alphabet)}, [])
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(["<s>", "</s>", "<|im_start|>", "<|im_end|>", "<end_of_turn>"])
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 256), ("</s>", 257)])
    folder = HERE.parent / "tokenizers" / "bytes"
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text('{"bos_token": "<s>", "eos_token": "</s>"}\n')


def main():
    fixed_clock()
    byte_tokenizer()
    cases = []
    for name in TOKENIZERS:
        tokenizer = tokenizers.Tokenizer.from_file(str(HERE.parent / "tokenizers" / name / "tokenizer.json"))
        configuration = json.loads((HERE.parent / "tokenizers" / name / "tokenizer_config.json").read_text())
        for template in TEMPLATES:
            for conversation in CONVERSATIONS:
                cases.append(case(name, tokenizer, configuration, template, conversation))
    lines = ",\n".join(json.dumps(entry) for entry in cases)
    text = '{"conversations": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(CONVERSATIONS), lines)
    (HERE / "conversations.json").write_text(text)
    print(len(cases), "cases,", sum("error" in entry for entry in cases), "errors")


if __name__ == "__main__":
    main()
