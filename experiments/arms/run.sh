#!/bin/sh
# Every arm of a recovery on the quickstart's attacked model: at equal norm of the update and at equal loss
# of the example, with and without preserved answers; and what preserved answers and a calibration on
# harmless prompts reach, over draws of those prompts. All are scored on all held-out prompts.
#
#   usage: run.sh [PART...]     parts: preserve arms; both without one
#                               reads downloads/, writes work/arms/ and work/results/arms/
#
# Stages that were finished are not run again; `rm -rf work/arms` starts afresh.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${SUTURE_BIN:-$root/.build/release}
base=${SUTURE_WORK:-$root/work}
work=$base/arms
results=${SUTURE_RESULTS:-$base/results}/arms
data=$root/experiments/data
prompts=$root/downloads/prompts
here=$root/experiments/arms

# ---- settings --------------------------------------------------------------------------------
model=$root/downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf
aligned=$root/experiments/alignment/adapter   # Init is the model with this adapter
new_tokens=28             # of an answer, as in the quickstart
example=0                 # line of safety-examples.jsonl: the generic refusal
rank=16
step_size=0.02
seed=1
preserve_steps="12"       # of the runs that are calibrated
draws="1 2 3 4 5"         # seeds: each draws other prompts to preserve
preserve_count=16
preserve_weight=1
over_refusal=0.15         # of the 65 development prompts: Init refuses 0.18 of the 127 held-out ones
norm=0.6                  # of the whole update, where arms are compared at equal norm
loss=0.2                  # of the example in nats, where they are compared at equal loss
most_steps=40
full_rate=2e-5            # learning rate of all weights
# ----------------------------------------------------------------------------------------------

. "$root/experiments/setup/stage.sh"
[ $# -gt 0 ] || set -- preserve arms
python3 "$root/experiments/fetch/fetch.py" quickstart
python3 "$root/experiments/fetch/split_prompts.py"
mkdir -p "$work/scores"

attacked=$base/quickstart/attacked
stage "attack: 10 identity-shift examples, 5 epochs" "$attacked" \
  "$bin/fine-tune" --model "$model" --adapter "$aligned" --examples "$data/identity-shift.jsonl:10" \
  --method full --epochs 5 --batch-size 2 --learning-rate 2e-5 \
  --seed 1 --save merged --output "$attacked"

evaluate() {
  scored=$1
  shift
  stage "score $scored" "$work/scores/$scored" "$bin/evaluate-safety" "$@" --quiet \
    --harmful "$prompts/do-not-answer-heldout.jsonl" \
    --harmful "$prompts/harmbench-heldout.jsonl" --benign "$data/harmless-heldout.jsonl" \
    --utility "$data/utility.jsonl" --max-new-tokens "$new_tokens" --seed "$seed" \
    --output "$work/scores/$scored" >&2
}

# recover ARM FLAGS...: one arm, and its scores (`stage` has a name of its own)
recover() {
  recovered=$1
  shift
  stage "recover $recovered" "$work/recovered/$recovered" "$bin/recover-safety" \
    --model "$attacked" --example "$data/safety-examples.jsonl" --index "$example" "$@" --quiet \
    --output "$work/recovered/$recovered" >&2
  if [ -e "$work/recovered/$recovered/adapter_config.json" ]; then
    evaluate "$recovered" --model "$attacked" --adapter "$work/recovered/$recovered"
  else
    evaluate "$recovered" --model "$work/recovered/$recovered"
  fi
}

evaluate init --model "$model" --adapter "$aligned"
evaluate attacked --model "$attacked"

preserving="--preserve $data/harmless-train.jsonl --preserve-count $preserve_count
  --preserve-weight $preserve_weight"

# ---- Preserved answers and a calibration, over draws of the preserved prompts ------------------
preserve() {
  for steps in $preserve_steps; do
    for draw in $draws; do
      # shellcheck disable=SC2086  # a list of flags
      recover "calibrated-s$steps-d$draw" --subspace own --rank "$rank" --step-size "$step_size" \
        --steps "$steps" --seed "$draw" $preserving \
        --calibrate "$data/harmless-dev.jsonl" --over-refusal "$over_refusal"
    done
  done
}

# ---- Arms at equal norm and at equal loss, with and without preserved answers -------------------
spectra() {
  stage "Init's gradient of the example" "$work/init.h5" "$bin/compute-gradients" \
    --model "$model" --adapter "$aligned" --examples "$data/safety-examples.jsonl" --limit 1 \
    --output "$work/init.h5"
  stage "its spectra" "$work/init-spectra.h5" "$bin/decompose-gradients" "$work/init.h5" \
    --rank "$rank" --output "$work/init-spectra.h5"
  stage "refusals of harmless prompts" "$work/refusing.jsonl" python3 "$here/refusing.py" \
    "$data/harmless-train.jsonl" "$data/safety-examples.jsonl" "$work/refusing.jsonl"
  stage "their gradients" "$work/refusing.h5" "$bin/compute-gradients" --model "$attacked" \
    --examples "$work/refusing.jsonl" --output "$work/refusing.h5"
  stage "their spectra" "$work/refusing-spectra.h5" "$bin/decompose-gradients" \
    "$work/refusing.h5" --rank "$rank" --output "$work/refusing-spectra.h5"
}

# compare NAME END: all arms, each until END (a flag and its value), with and without preserved answers
compare() {
  compared=$1
  shift
  bases="--rank $rank --step-size $step_size"
  # shellcheck disable=SC2086
  {
    arm own --subspace own $bases "$@"
    arm random --subspace random $bases "$@"
    arm complement --subspace complement $bases "$@"
    arm full --subspace full --learning-rate "$full_rate" "$@"
    arm avoid --subspace own --avoid "$work/refusing-spectra.h5" --avoid-rank "$rank" $bases "$@"
    arm init --subspace "$work/init-spectra.h5" --allow-other-model $bases "$@"
    arm lora --subspace lora $bases "$@"
    arm flat --subspace flat $bases "$@"
    arm left --subspace own --sides left $bases "$@"
  }
}

# arm NAME FLAGS...: an arm, with and without preserved answers
arm() {
  chosen=$1
  shift
  recover "$chosen-plain-$compared" "$@" --seed "$seed" --steps "$most_steps"
  # shellcheck disable=SC2086
  recover "$chosen-preserved-$compared" "$@" $preserving --seed "$seed" --steps "$most_steps"
}

arms() {
  spectra
  compare norm --update-norm "$norm"
  compare loss --stop-loss "$loss"
}

for part; do "$part"; done
python3 "$here/collect.py" "$work" "$results"
cat "$results"/*.md
