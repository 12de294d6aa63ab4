#!/bin/sh
# The main experiment, from an aligned model to figures: attack it, look at the gradient of one
# refusal example, recover its safety with that example alone, and score every step.
#
#   usage: run.sh            reads downloads/, writes work/quickstart/ and work/results/quickstart/
#
# Stages that were finished are not run again; `rm -rf work/quickstart` starts afresh.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${SUTURE_BIN:-$root/.build/release}
python_draw=${SUTURE_DRAW_PYTHON:-$root/.venv-draw/bin/python}
work=${SUTURE_WORK:-$root/work}/quickstart
results=${SUTURE_RESULTS:-${SUTURE_WORK:-$root/work}/results}/quickstart
data=$root/experiments/data
prompts=$root/downloads/prompts
here=$root/experiments/quickstart

# ---- settings --------------------------------------------------------------------------------
model=$root/downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf
aligned=$root/experiments/alignment/adapter   # Init is the model with this adapter
seed=1
prompt_count=40           # of each prompt set; the first lines of a file are a random sample
new_tokens=28             # of an answer; a refusal shows in fewer
attack_epochs=5           # over 10 identity-shift examples
attack_batch=2            # 25 steps; the 5 steps of one batch of 10 do not break the refusals
attack_rate=2e-5
safety_example=0          # line of safety-examples.jsonl: the generic refusal
ranks="1 4 16"
step_size=0.02            # longest first step in a weight: 0.02 in a random subspace, 0.02 / sqrt(rank) in
                          # the own one, where only the diagonal of C has a gradient then
full_rate=2e-5            # learning rate of all weights
steps=8                   # more than the default of 4, to see what they do
own_steps="2 3 4 6"       # steps that are scored
random_steps="8"
full_steps="2 3 4"
# ----------------------------------------------------------------------------------------------

. "$root/experiments/setup/stage.sh"
commas() { echo "$*" | tr ' ' ','; }

[ -d "$aligned" ] || { echo "quickstart: no aligned adapter; run experiments/alignment/align.sh" >&2; exit 66; }

# ---- inputs ----------------------------------------------------------------------------------
python3 "$root/experiments/fetch/fetch.py" quickstart
python3 "$root/experiments/fetch/split_prompts.py"
mkdir -p "$work/prompts" "$work/scores"
head -n "$prompt_count" "$prompts/do-not-answer-heldout.jsonl" \
  >"$work/prompts/do-not-answer-heldout.jsonl"
python3 "$here/sample.py" "$prompt_count" "$data/harmless-heldout.jsonl" \
  "$work/prompts/harmless-heldout.jsonl"

# evaluate NAME MODEL-FLAGS...: scores one model on all sets
scored=
evaluate() {
  name=$1
  scored="$scored $name"
  shift
  stage "score $name" "$work/scores/$name" "$bin/evaluate-safety" "$@" \
    --harmful "$work/prompts/do-not-answer-heldout.jsonl" \
    --benign "$work/prompts/harmless-heldout.jsonl" \
    --utility "$data/utility.jsonl" --max-new-tokens "$new_tokens" --seed "$seed" \
    --output "$work/scores/$name"
}

# ---- Original and Init: before and after alignment --------------------------------------------
evaluate original --model "$model"
evaluate init --model "$model" --adapter "$aligned"

# ---- Attacked: content-free identity shift, all weights ---------------------------------------
attacked=$work/attacked
stage "attack: 10 identity-shift examples, $attack_epochs epochs" "$attacked" \
  "$bin/fine-tune" --model "$model" --adapter "$aligned" --examples "$data/identity-shift.jsonl:10" \
  --method full --epochs "$attack_epochs" --batch-size "$attack_batch" --learning-rate "$attack_rate" \
  --seed "$seed" --save merged --output "$attacked"
evaluate attacked --model "$attacked"

# ---- Spectra: the refusal's gradient beside its controls --------------------------------------
stage "controls: same length, other content" "$work/gradient-examples.jsonl" \
  python3 "$here/gradient_examples.py" --tool "$bin/inspect-model" --model "$attacked" \
  --safety "$data/safety-examples.jsonl" --index "$safety_example" \
  --controls "$data/control-examples.jsonl" --output "$work/gradient-examples.jsonl"
stage "gradients of the refusal and its controls" "$work/gradients.h5" \
  "$bin/compute-gradients" --model "$attacked" --examples "$work/gradient-examples.jsonl" \
  --output "$work/gradients.h5"
stage "singular values" "$work/spectra.h5" \
  "$bin/decompose-gradients" "$work/gradients.h5" --rank 16 --output "$work/spectra.h5"
stage "singular values as CSV" "$work/spectra.csv" \
  "$bin/export-spectra" "$work/spectra.h5" --format csv --output "$work/spectra.csv"

# ---- Recovered: one example, each arm ---------------------------------------------------------
# recover NAME STEPS-KEPT FLAGS...
recover() {
  name=$1
  kept=$2
  shift 2
  stage "recover $name" "$work/recovered/$name" "$bin/recover-safety" --model "$attacked" \
    --example "$data/safety-examples.jsonl" --index "$safety_example" --steps "$steps" \
    --save-steps "$(commas "$kept")" --seed "$seed" "$@" --output "$work/recovered/$name"
}

for rank in $ranks; do
  recover "own-r$rank" "$own_steps" --subspace own --rank "$rank" --step-size "$step_size"
  for step in $own_steps; do
    evaluate "own-r$rank-step$step" --model "$attacked" \
      --adapter "$work/recovered/own-r$rank/step-$step"
  done
done
for rank in $ranks; do
  recover "random-r$rank" "$random_steps" --subspace random --rank "$rank" \
    --step-size "$step_size"
  for step in $random_steps; do
    evaluate "random-r$rank-step$step" --model "$attacked" \
      --adapter "$work/recovered/random-r$rank/step-$step"
  done
done
recover full "$full_steps" --subspace full --learning-rate "$full_rate" --save merged
for step in $full_steps; do
  evaluate "full-step$step" --model "$work/recovered/full/step-$step"
done

# ---- Tables and figures -----------------------------------------------------------------------
python3 "$here/collect.py" "$work/scores" "$results" $scored
python3 "$here/summarize_spectra.py" "$work/spectra.csv" "$results/spectra.csv"
"$python_draw" "$here/draw.py" "$results"
cat "$results/scores.md"
echo "quickstart: tables, figures (.html is interactive) and their numbers are in $results" >&2
