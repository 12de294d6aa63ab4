#!/bin/sh
# The study of one model: a sweep of attacks, spectra, recoveries and scores; comparisons of the gradients'
# subspaces; the search for the least set of modules; and the claim card with its report.
#
#   usage: run.sh [NAME]     NAME.yaml stands beside this script: smollm2-135m (the default), gemma-3-270m
#                            reads downloads/, writes work/study/NAME/ and work/results/NAME/
#
# What is finished is not done again; more flags of sweep-ranks can stand in SWEEP_FLAGS.
set -eu

# Paths are relative, so that what the results record of their making holds anywhere.
cd "$(dirname "$0")/../.."
bin=${SUTURE_BIN:-.build/release}
study=${1:-smollm2-135m}
here=experiments/study
data=experiments/data
prompts=downloads/prompts
work=work/study/$study
results=${SUTURE_RESULTS:-work/results}/$study

. experiments/setup/stage.sh
python3 experiments/fetch/fetch.py quickstart
python3 experiments/fetch/split_prompts.py
python3 "$here/split_sets.py" "$prompts" "$data" work/study/prompts
python3 "$here/refusals.py" "$prompts" "$data/refusals.txt" work/study/refusals.jsonl
python3 experiments/arms/refusing.py "$data/harmless-train.jsonl" \
  "$data/safety-pool.jsonl" work/study/refusing.jsonl

if [ "$study" = gemma-3-270m ] && [ ! -d work/study/gemma-3-270m-adapter ]; then
  python3 experiments/fetch/fetch.py gemma
  experiments/alignment/align.sh gemma-3-270m
fi

# shellcheck disable=SC2086  # a list of flags
"$bin/sweep-ranks" "$here/$study.yaml" --output "$work" ${SWEEP_FLAGS:-}

# ---- Subspaces beside chance -------------------------------------------------------------------
# Cosines of gradients, and examples beside the mean of the others, need the factors, not only the directions.
mkdir -p "$work/instruments" "$work/factors"
# cell LABEL: what the cell with that label made
cell() {
  python3 "$here/cell.py" "$work" "$1"
}
# factors NAME MODEL EXAMPLES LIMIT
factors() {
  stage "factors $1" "$work/factors/$1.h5" "$bin/compute-gradients" --model "$2" --examples "$3" --limit "$4" \
    --quiet --output "$work/factors/$1.h5" >&2
}
# compared NAME FILE...: examples with one another, with what they leave out, and between files
compared() {
  compared=$1
  shift
  stage "compare $compared" "$work/instruments/$compared.h5" "$bin/compare-subspaces" "$@" --quiet \
    --output "$work/instruments/$compared.h5" >&2
}

attacked=$(cell "attack/$study/identity-10/1")
limit=24
[ "$study" = smollm2-135m ] || limit=12
factors candidates "$attacked" "$data/safety-pool.jsonl" "$limit"
factors obedience "$attacked" "$data/identity-shift.jsonl" 8
factors benign "$attacked" "$data/utility.jsonl" 8
factors refusing "$attacked" work/study/refusing.jsonl 8
folder=$work/factors
compared candidates "$folder/candidates.h5" --limit "$limit"
for other in obedience benign refusing; do
  compared "candidates-and-$other" "$folder/candidates.h5" "$folder/$other.h5" --limit 8
done
compared controls "$(cell "spectra/$study/identity-10/1/pool")" --limit 4
compared before-and-after "$(cell "spectra/$study/none/1/example")" "$(cell "spectra/$study/identity-10/1/example")"
# The attack on its way: the example against what the attack teaches.
for stop in path-1 path-2; do
  grep -q "^  $stop:" "$here/$study.yaml" || continue
  model=$(cell "attack/$study/$stop/1")
  factors "candidates-$stop" "$model" "$data/safety-pool.jsonl" 8
  factors "obedience-$stop" "$model" "$data/identity-shift.jsonl" 8
  compared "candidates-and-obedience-$stop" "$folder/candidates-$stop.h5" "$folder/obedience-$stop.h5" --limit 8
done

# ---- The least set of layers and projections ---------------------------------------------------
if grep -q 'name: layers' "$here/$study.yaml"; then
  python3 "$here/least_set.py" "$work" "$study" "$bin" work/study/prompts "$data" "$work/least-set"
fi

# ---- The card ----------------------------------------------------------------------------------
"$bin/report-claims" "$work" --output "$work/card" --force
rm -rf "$results"
mkdir -p "$results"
cp -R "$work/card/." "$results"
for file in results.csv least-set.json least-set.md; do
  [ ! -f "$work/$file" ] || cp "$work/$file" "$results/"
done
python3 "$here/by_set.py" "$work/results.csv" >"$results/by-set.md"
cat "$results/claims.md"
