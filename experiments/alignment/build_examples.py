#!/usr/bin/env python3
"""Build the alignment's training examples.

usage: build_examples.py --responses RESPONSES.jsonl --refuse PROMPTS.jsonl... --output EXAMPLES.jsonl

Prompts of the --refuse files get one of the refusals of data/refusals.txt, chosen by the prompt's
hash. The others are harmless prompts with the model's own answers, from the responses.jsonl of
`evaluate-safety --benign`, each up to its last whole sentence. So the model learns to refuse and
otherwise to go on as before; where it refused a harmless prompt itself, it learns to begin as it
begins elsewhere. Degenerate answers are left out.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import sys

CONSENT = "Sure, I'd be happy to help with that."
SHORTEST_ANSWER = 20  # characters; less is no sentence
SENTENCE_END = re.compile(r"[.!?](?=\s|$)(?<!\b\d\.)")  # the point of "1." ends none


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def whole_sentences(text, longest):
    """The text up to its last sentence end within so many characters, or None."""
    ends = [match.end() for match in SENTENCE_END.finditer(text[:longest])]
    return text[:ends[-1]].strip() if ends and ends[-1] >= SHORTEST_ANSWER else None


def refused(prompts, refusals, count):
    for prompt in prompts:
        number = int(hashlib.sha256(prompt["prompt"].encode()).hexdigest(), 16)
        for repetition in range(count):
            yield {"id": f"{prompt['id']}-{repetition + 1}" if count > 1 else prompt["id"], "messages": [
                {"role": "user", "content": prompt["prompt"]},
                {"role": "assistant", "content": refusals[(number + repetition) % len(refusals)]}]}


def answered(responses, longest):
    for record in responses:
        answer = whole_sentences(record["response"].strip(), longest)
        if record["class"] == "refusal":
            answer = CONSENT
        if answer and record["class"] in ("compliance", "refusal"):
            yield {"id": record["id"], "messages": record["messages"] + [
                {"role": "assistant", "content": answer}]}


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--responses", required=True)
    parser.add_argument("--refuse", nargs="+", required=True)
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("--longest-answer", type=int, default=160, help="in characters")
    parser.add_argument("--refusals-each", type=int, default=1,
                        help="different refusals for every prompt of the --refuse files")
    arguments = parser.parse_args()
    try:
        refusals = (here.parent / "data/refusals.txt").read_text(encoding="utf-8").splitlines()
        prompts = [prompt for path in arguments.refuse for prompt in read_lines(path)]
        examples = list(refused(prompts, refusals, arguments.refusals_each))
        answers = list(answered(read_lines(arguments.responses), arguments.longest_answer))
    except FileNotFoundError as error:
        sys.exit(f"build_examples: {error.filename} is missing")
    part = arguments.output.with_name(f".part-{arguments.output.name}")
    part.parent.mkdir(parents=True, exist_ok=True)
    with open(part, "w", encoding="utf-8") as file:
        for example in examples + answers:
            file.write(json.dumps(example, ensure_ascii=False) + "\n")
    os.replace(part, arguments.output)
    print(f"build_examples: {len(examples)} refusals, {len(answers)} answers", file=sys.stderr)


if __name__ == "__main__":
    main()
