"""Writes added-tokens.json: what AutoTokenizer makes of the files beside a tokenizer.json.

    python make_added_token_reference.py    (needs transformers 5 and tokenizers)

Each variant is a small model folder: one of three tokenizers, and the files that say more about its
tokens. Stored are the ids of some texts, with and without special tokens around them, what decoding
leaves when it skips special tokens, the special tokens that a template sees, and the size. Classes
that put something in place of what the tokenizer.json says (LlamaTokenizer and others) are left out:
the file is the authority.
"""

import json
import pathlib
import tempfile

import tokenizers
import transformers
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers, processors

transformers.logging.set_verbosity_error()

OUTPUT = pathlib.Path(__file__).parent.parent / "Fixtures" / "conversations" / "added-tokens.json"

TEXTS = [
    "<|im_start|>user\nHi<|im_end|>\n",
    "a <|im_end|> b  <|im_end|>c<|im_end|>",
    "Hello he1234 hell <s>go</s> [X][Y] <image> x<image>x <|tool|>",
    "  <extra> hello <EXTRA> <unk><pad> \u00e9\u4f60 <|endoftext|>he",
    "hello",
]


def byte_level():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: i for i, letter in enumerate(alphabet)}
    merges = [("h", "e"), ("l", "l"), ("he", "ll"), ("\u0120", "he"), ("\u0120", "hell"), ("1", "2"), ("12", "3")]
    for left, right in merges:
        vocabulary.setdefault(left + right, len(vocabulary))
    vocabulary.setdefault("</s>", len(vocabulary))  # in the model's vocabulary, but no added token
    tokenizer = tokenizers.Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def sentencepiece():
    words = ["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)] + ["\u2581"] + list("abcdefghijklmnopqrstuvwxyzH1234<>/")
    vocabulary = {word: i for i, word in enumerate(words)}
    merges = [("h", "e"), ("l", "l"), ("he", "ll"), ("\u2581", "he"), ("\u2581", "hell"), ("\u2581he", "ll"), ("hell", "o"), ("\u2581hell", "o")]
    for left, right in merges:
        vocabulary.setdefault(left + right, len(vocabulary))
    tokenizer = tokenizers.Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def byte_level_with_added():
    tokenizer = byte_level()
    tokenizer.add_special_tokens(["<|im_start|>", AddedToken("<|im_end|>", rstrip=True)])
    tokenizer.add_tokens([AddedToken("<extra>", normalized=True), "[X]"])
    tokenizer.normalizer = normalizers.Lowercase()
    return tokenizer


TOKENIZERS = {"bytes": byte_level(), "bytes-added": byte_level_with_added(), "spm": sentencepiece()}


def token(content, **flags):
    defaults = dict(lstrip=False, normalized=False, rstrip=False, single_word=False, special=True)
    return {"content": content, **defaults, **flags}


def typed(content, **flags):
    return {"__type": "AddedToken", **token(content, **flags)}


def configured(**keys):
    return {"tokenizer_config.json": keys}


FIRST = len(TOKENIZERS["bytes"].get_vocab())
CHAT = {str(FIRST + i): token(text) for i, text in enumerate(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])}

# name: (tokenizer, files)
VARIANTS = {
    "nothing": ("bytes", {}),
    "decoder": ("bytes", configured(added_tokens_decoder=CHAT, eos_token="<|im_end|>")),
    "decoder, flags": ("bytes", configured(added_tokens_decoder={
        "300": token("<|im_end|>", lstrip=True, rstrip=True), "299": token("<image>", special=False, single_word=True),
        "301": token("[X]", special=False, normalized=True)})),
    "decoder, flags left out": ("bytes", configured(added_tokens_decoder={"264": {"content": "<image>"}, "265": {"content": "[X]", "special": True}})),
    "decoder, ids elsewhere": ("bytes", configured(added_tokens_decoder={"5": token("<|im_end|>"), "9000": token("<|im_start|>"), "17": token("[Y]")})),
    "decoder, order of ids": ("bytes", configured(added_tokens_decoder={"99": token("[Y]"), "100": token("[X]"), "9": token("<image>")})),
    "decoder, empty, hides the maps": ("bytes", {**configured(added_tokens_decoder={}, eos_token="</s>"), "special_tokens_map.json": {"pad_token": "<pad>"}, "added_tokens.json": {"[X]": 264}}),
    "decoder, not special but named": ("bytes", configured(added_tokens_decoder={"264": token("<|im_end|>", special=False, normalized=True)}, eos_token="<|im_end|>")),
    "decoder against tokenizer": ("bytes-added", configured(added_tokens_decoder={"264": token("<|im_end|>", lstrip=True), "265": token("<extra>", special=True)})),
    "decoder, token of the model": ("bytes", configured(added_tokens_decoder={"263": token("</s>"), "256": token("he", special=False)})),
    "decoder, empty content": ("bytes", configured(added_tokens_decoder={"264": token(""), "265": token("[X]")})),
    "extra list": ("bytes", configured(extra_special_tokens=["<|im_start|>", "<|im_end|>", "<|im_start|>"])),
    "extra list of objects": ("bytes", configured(extra_special_tokens=[typed("<image>", lstrip=True), "[X]", typed("[Y]", special=False)])),
    "extra map": ("bytes", configured(extra_special_tokens={"image_token": "<image>", "tool_token": "<|tool|>"})),
    "extra map of objects": ("bytes", configured(extra_special_tokens={"image_token": typed("<image>", rstrip=True)})),
    "extra empty, additional": ("bytes", configured(extra_special_tokens=[], additional_special_tokens=["<|im_end|>"])),
    "extra and additional": ("bytes", configured(extra_special_tokens=["[X]"], additional_special_tokens=["<|im_end|>"])),
    "additional": ("bytes", configured(additional_special_tokens=["<|im_start|>", "<|im_end|>"])),
    "additional of objects": ("bytes", configured(additional_special_tokens=[typed("<|im_end|>", lstrip=True, rstrip=True)])),
    "additional null": ("bytes", configured(additional_special_tokens=None, eos_token="</s>")),
    "eos": ("bytes", configured(eos_token="<|im_end|>")),
    "eos object": ("bytes", configured(eos_token=typed("<|im_end|>", rstrip=True))),
    "eos object, not special": ("bytes", configured(eos_token=typed("<|im_end|>", special=False, normalized=True))),
    "all purposes": ("bytes", configured(mask_token="[Y]", cls_token="[X]", sep_token="<image>", pad_token="<pad>", unk_token="<unk>", eos_token="</s>", bos_token="<s>")),
    "the same for two purposes": ("bytes", configured(eos_token="<|im_end|>", pad_token="<|im_end|>", bos_token=None)),
    "custom purpose": ("bytes", configured(image_token="<image>", eos_token="</s>", add_bos_token="<s>")),
    "custom purpose, object": ("bytes", configured(image_token=typed("<image>", lstrip=True))),
    "model_specific_special_tokens": ("bytes", configured(model_specific_special_tokens={"tool_token": "<|tool|>"})),
    "eos, mixed": ("bytes", configured(added_tokens_decoder=CHAT, eos_token="</s>", pad_token="<pad>", extra_special_tokens=["[X]"], image_token="<image>")),
    "map": ("bytes", {"special_tokens_map.json": {"eos_token": "<|im_end|>", "additional_special_tokens": ["<|im_start|>"]}}),
    "map of objects": ("bytes", {"special_tokens_map.json": {"eos_token": {"content": "<|im_end|>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}}}),
    "map over configuration": ("bytes", {**configured(eos_token="</s>", pad_token="<pad>", additional_special_tokens=["[X]"]), "special_tokens_map.json": {"eos_token": "<|im_end|>", "additional_special_tokens": ["[Y]"]}}),
    "map, extra": ("bytes", {**configured(extra_special_tokens=["[X]"]), "special_tokens_map.json": {"extra_special_tokens": ["[Y]", "[X]", {"content": "<image>", "lstrip": True}]}}),
    "map, extra map": ("bytes", {"special_tokens_map.json": {"extra_special_tokens": {"image_token": "<image>"}}}),
    "map, custom purpose": ("bytes", {"special_tokens_map.json": {"image_token": "<image>"}}),
    "map, null": ("bytes", {**configured(eos_token="</s>"), "special_tokens_map.json": {"eos_token": None}}),
    "added": ("bytes", {"added_tokens.json": {"<|im_end|>": 266, "<|im_start|>": 264, "<image>": 265}}),
    "added, some named": ("bytes", {**configured(eos_token="<|im_end|>", extra_special_tokens=["[X]"]), "added_tokens.json": {"<|im_end|>": 264, "[X]": 265, "<image>": 266}}),
    "added to added": ("bytes-added", {**configured(eos_token="<extra>"), "added_tokens.json": {"<image>": 264, "<|im_end|>": 500, "[Y]": 501}}),
    "named over added": ("bytes-added", configured(eos_token="<extra>", pad_token="<EXTRA>", additional_special_tokens=["[X]", "[Y]"])),
    "split special tokens": ("bytes-added", configured(split_special_tokens=True, eos_token="<|im_end|>")),
    "no effect": ("bytes-added", configured(add_bos_token=True, add_eos_token=True, add_prefix_space=True, legacy=True, bos_token="<s>", eos_token="</s>", clean_up_tokenization_spaces=True, model_max_length=3, padding_side="left", truncation_side="left", errors="strict", use_fast=False)),
    "spm": ("spm", configured(bos_token="<s>", eos_token="</s>", unk_token="<unk>", add_bos_token=False, add_eos_token=True)),
    "spm, mistral": ("spm", {**configured(tokenizer_class="LlamaTokenizer"), "config.json": {"model_type": "mistral"}}),
    "spm, phi3": ("spm", {**configured(tokenizer_class="LlamaTokenizer"), "config.json": {"model_type": "phi3"}}),
    "bytes, llama": ("bytes-added", configured(tokenizer_class="LlamaTokenizer")),
    "bytes, qwen3": ("bytes", {**configured(tokenizer_class="PreTrainedTokenizerFast"), "config.json": {"model_type": "qwen3"}}),
    "unknown class": ("bytes-added", configured(tokenizer_class="NoSuchTokenizer")),
    "versioned file": ("bytes", configured(fast_tokenizer_files=["tokenizer.json"])),
}


def result(tokenizer, files):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        for name, value in {"config.json": {}, **files}.items():
            if name == "config.json":
                value = {"model_type": "llama", **value}
            (folder / name).write_text(json.dumps(value))
        try:
            auto = transformers.AutoTokenizer.from_pretrained(str(folder))
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"[:200]}
        ids = [auto(text, add_special_tokens=False)["input_ids"] for text in TEXTS]
        framed = auto(TEXTS[-1])["input_ids"]
        decoded = [auto.decode(one, skip_special_tokens=True) for one in ids]
        return {"ids": ids, "framed": framed, "decoded": decoded, "special_tokens": auto.special_tokens_map, "size": len(auto)}


def main():
    lines = []
    for name, (tokenizer, files) in VARIANTS.items():
        entry = {"name": name, "tokenizer": tokenizer, "files": files}
        entry |= result(TOKENIZERS[tokenizer], files)
        if "error" in entry:
            print(name, entry["error"])
        lines.append(json.dumps(entry, ensure_ascii=False))
    sources = {name: json.loads(tokenizer.to_str()) for name, tokenizer in TOKENIZERS.items()}
    head = {"transformers": transformers.__version__, "tokenizers": sources, "texts": TEXTS}
    text = json.dumps(head, ensure_ascii=False)[:-1] + ',\n"variants": [\n' + ",\n".join(lines) + "\n]}\n"
    OUTPUT.write_text(text)
    print(len(lines), "variants,", len(text), "bytes")


if __name__ == "__main__":
    main()
