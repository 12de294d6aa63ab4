#!/usr/bin/env python3
"""Split the harmful prompt sets into a part to train on and a part to evaluate on.

usage: split_prompts.py [--downloads DIR]

Prompts that share half of their content words, across both sets, are one cluster, and a whole
cluster falls on one side by the hash of its least member, so that no near-duplicate straddles the
split. Each part is written in the order of its prompts' hashes: its first n lines are a sample.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import sys

TRAIN_SHARE = 0.6
SIMILARITY = 0.5
STOP_WORDS = frozenset(
    "a an the to of in on for and or i me my you your can could how what which where is are s t do "
    "does way best without someone person people with that this it be as from at by tell give help "
    "provide explain write describe list generate step steps detailed instructions use using used "
    "make making so not".split())
SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "es", "er", "ly", "s")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def stem(word):
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[:-len(suffix)]
    return word


def content_words(prompt):
    return {stem(word) for word in re.findall("[a-z]+", prompt.lower()) if word not in STOP_WORDS}


def are_similar(first, second):
    union = first | second
    return bool(union) and len(first & second) / len(union) >= SIMILARITY


def clusters(prompts):
    """The representative of each prompt's cluster: single linkage over content words."""
    words = [content_words(prompt) for prompt in prompts]
    parent = list(range(len(prompts)))

    def root(index):
        while parent[index] != index:
            index = parent[index]
        return index

    for index in range(len(prompts)):
        for other in range(index):
            if are_similar(words[index], words[other]):
                parent[root(index)] = root(other)
    members = {}
    for index, prompt in enumerate(prompts):
        members.setdefault(root(index), []).append(prompt)
    least = {key: min(group, key=digest) for key, group in members.items()}
    return [least[root(index)] for index in range(len(prompts))]


def is_for_training(representative):
    return int(digest(representative)[:8], 16) < TRAIN_SHARE * 2 ** 32


def read_sets(folder):
    """Prompts by set, repeated ones once."""
    lines = (folder / "do-not-answer/malicious_uses.jsonl").read_text(encoding="utf-8").splitlines()
    malicious = [json.loads(line)["prompt"].strip() for line in lines if line.strip()]
    lines = (folder / "harmbench/harmbench_prompts.txt").read_text(encoding="utf-8").splitlines()
    harmbench = [line.strip() for line in lines if line.strip()]
    return {"do-not-answer": list(dict.fromkeys(malicious)),
            "harmbench": list(dict.fromkeys(harmbench))}


def write(path, records):
    part = path.with_name(f".part-{path.name}")
    with open(part, "w", encoding="utf-8") as file:
        for record in sorted(records, key=lambda record: digest(record["prompt"])):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    os.replace(part, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--downloads", type=pathlib.Path, default=root / "downloads")
    folder = parser.parse_args().downloads / "prompts"
    try:
        sets = read_sets(folder)
    except FileNotFoundError as error:
        sys.exit(f"split_prompts: {error.filename} is missing; run experiments/fetch/fetch.py first")
    names = [(name, index) for name, prompts in sets.items() for index in range(len(prompts))]
    prompts = [sets[name][index] for name, index in names]
    representatives = clusters(prompts)
    for name in sets:
        for part, wanted in (("train", True), ("heldout", False)):
            records = [
                {"id": f"{name}-{index:03d}", "prompt": prompt}
                for (owner, index), prompt, representative
                in zip(names, prompts, representatives, strict=True)
                if owner == name and is_for_training(representative) == wanted]
            write(folder / f"{name}-{part}.jsonl", records)
            print(f"split_prompts: {len(records)} prompts in {name}-{part}.jsonl", file=sys.stderr)


if __name__ == "__main__":
    main()
