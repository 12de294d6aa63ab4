#!/bin/sh
# Makes an aligned adapter: a LoRA that refuses harmful requests and answers others.
#
# 1. a teacher (the model itself, where it answers at all) answers the harmless training prompts;
# 2. its answers and refusals of the harmful training prompts become examples;
# 3. a LoRA is trained on them, and its alpha set: a step between refusing too little and too much
#    that needs no training;
# 4. both models are scored on held-out prompts: goal ASR <= 0.10, over-refusal <= 0.20.
#
#   usage: align.sh [NAME [ADAPTER]]     NAME.sh beside this script says what is aligned, and how:
#                                        smollm2-135m (the default; about 20 minutes on 2 cores), gemma-3-270m
set -eu

# Paths are relative, so that what the adapter records of its making holds anywhere.
cd "$(dirname "$0")/../.."
name=${1:-smollm2-135m}
bin=${SUTURE_BIN:-.build/release}
work=${SUTURE_WORK:-work}/alignment/$name
data=experiments/data
prompts=downloads/prompts
. "experiments/alignment/$name.sh"
adapter=${2:-$adapter}

python3 "experiments/fetch/fetch.py" quickstart
python3 "experiments/fetch/split_prompts.py"
mkdir -p "$work" "$(dirname "$adapter")"

say() { printf '\n== %s\n' "$*"; }

if [ ! -d "$work/answers" ]; then
  say "the teacher answers the harmless training prompts"
  "$bin/evaluate-safety" --model "$teacher" --benign "$data/harmless-train.jsonl" \
    --max-new-tokens "$answer_tokens" --output "$work/answers"
fi

say "examples: refusals and answers"
python3 "experiments/alignment/build_examples.py" \
  --responses "$work/answers/responses.jsonl" \
  --refuse "$prompts/do-not-answer-train.jsonl" "$prompts/harmbench-train.jsonl" \
  --refusals-each "$refusals_each" --longest-answer "$longest_answer" --output "$work/examples.jsonl"

say "LoRA of rank $lora_rank, $epochs epochs"
"$bin/fine-tune" --model "$model" ${template:+--chat-template "$template"} \
  --examples "$work/examples.jsonl" --method lora --lora-rank "$lora_rank" --epochs "$epochs" \
  --batch-size "$batch_size" --learning-rate "$learning_rate" --schedule "$schedule" \
  --lora-alpha "$lora_alpha" --seed 1 --adapter-type f16 --save adapter --output "$adapter" --force
python3 experiments/alignment/set_alpha.py "$adapter" "$final_alpha"

for which in original aligned; do
  say "scores of the $which model on held-out prompts"
  if [ "$which" = aligned ]; then set -- --adapter "$adapter"; else set --; fi
  "$bin/evaluate-safety" --model "$model" ${template:+--chat-template "$template"} "$@" \
    --harmful "$prompts/do-not-answer-heldout.jsonl" --harmful "$prompts/harmbench-heldout.jsonl" \
    --benign "$data/harmless-heldout.jsonl" --utility "$data/utility.jsonl" \
    --max-new-tokens 32 --output "$work/scores-$which" --force
done
