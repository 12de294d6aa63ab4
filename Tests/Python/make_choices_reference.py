"""Writes what lm-evaluation-harness makes of questions with choices and SmolLM2-135M-Instruct.

  python3 make_choices_reference.py SmolLM2-135M-Instruct.Q4_1.gguf ../../experiments/data/choices.jsonl ../Fixtures

The questions are the first of the file and some with other spacing, letters and lengths. For each of them the
harness's log-likelihood of every choice, and whether `acc` and `acc_norm` count it as right; then both with
their standard errors: once with the question as it is, once through the chat template. The model is in float32.
Needs lm-eval, torch, transformers and gguf.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ["HF_DATASETS_OFFLINE"] = os.environ["HF_HUB_OFFLINE"] = "1"

import lm_eval
import torch
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks import TaskManager
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

COUNT = 36
MORE = [
    {"id": "space", "question": "The colour of grass is ", "choices": ["green", "red", "blue"], "answer": 0},
    {"id": "letters", "question": "Le fromage se dit en espagnol\n", "choices": ["queso", "leña", "niño y niña", "日本"], "answer": 0},
    {"id": "lengths", "question": "Question: Where do people sleep?\nAnswer:",
     "choices": ["on the roof of a house that stands on a hill by the sea", "in a bed", "up"], "answer": 1},
    {"id": "two", "question": "Is ice cold?", "choices": ["yes", "no"], "answer": 0},
]
TASK = """task: own_choices
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: choices
doc_to_target: answer
metric_list:
  - {{metric: acc}}
  - {{metric: acc_norm}}
"""


def tokenizer(folder):
    configuration = json.loads((folder / "tokenizer_config.json").read_text())
    names = ("bos_token", "eos_token", "unk_token", "pad_token")
    result = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"),
                                     **{name: configuration[name] for name in names})
    result.chat_template = configuration["chat_template"]
    return result


def run(model, manager, as_chat):
    results = lm_eval.simple_evaluate(model=model, tasks=["own_choices"], task_manager=manager, apply_chat_template=as_chat,
                                      log_samples=True, bootstrap_iters=1)
    samples = sorted(results["samples"]["own_choices"], key=lambda sample: sample["doc_id"])
    rows = [{"log_likelihoods": [pair[0] for pair in sample["filtered_resps"]], "acc": sample["acc"], "acc_norm": sample["acc_norm"]}
            for sample in samples]
    values = results["results"]["own_choices"]
    totals = {key.split(",")[0]: value for key, value in values.items() if key.endswith(",none")}
    return {"questions": rows, **totals}


def main(model_path, questions_path, fixtures):
    lines = pathlib.Path(questions_path).read_text().splitlines()[:COUNT]
    questions = [json.loads(line) for line in lines] + MORE
    folder, file = os.path.split(model_path)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32).eval()
    language = HFLM(pretrained=model, tokenizer=tokenizer(pathlib.Path(fixtures) / "tokenizers" / "smollm2"), batch_size=1)
    data = pathlib.Path(fixtures) / "evaluation" / "choices.jsonl"
    data.write_text("".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions))
    with tempfile.TemporaryDirectory() as scratch:
        (pathlib.Path(scratch) / "own_choices.yaml").write_text(TASK.format(data=data.resolve()))
        manager = TaskManager(include_path=scratch, include_defaults=False)
        result = {"made_with": f"lm-eval {lm_eval.__version__}", "question": run(language, manager, False), "chat": run(language, manager, True)}
    (data.parent / "choices-lm-eval.json").write_text(json.dumps(result, indent=1) + "\n")
    print({mode: {key: result[mode][key] for key in result[mode] if key != "questions"} for mode in ("question", "chat")})


if __name__ == "__main__":
    main(*sys.argv[1:])
