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
# spectra LABEL: the file of spectra with that label
spectra() {
  python3 "$here/cell.py" "$work" "spectra/$study/$1"
}

mkdir -p "$work/instruments"
# compared NAME FILE...: examples with one another, with what they leave out, and between files
compared() {
  compared=$1
  shift
  stage "compare $compared" "$work/instruments/$compared.h5" "$bin/compare-subspaces" "$@" --quiet \
    --output "$work/instruments/$compared.h5" >&2
}

compared candidates "$(spectra identity-10/1/candidates)" --limit 24
compared controls "$(spectra identity-10/1/pool)" --limit 4
compared before-and-after "$(spectra none/1/example)" "$(spectra identity-10/1/example)"
compared safety-and-obedience "$(spectra identity-10/1/many)" "$(spectra identity-10/1/obedience)"
compared safety-and-benign "$(spectra identity-10/1/many)" "$(spectra identity-10/1/benign)"
compared safety-and-refusing "$(spectra identity-10/1/many)" "$(spectra identity-10/1/refusing)"
# The attack on its way: the example against what the attack teaches.
for stop in path-1 path-2 identity-10; do
  ! grep -q "^  $stop:" "$here/$study.yaml" \
    || compared "example-and-obedience-$stop" "$(spectra "$stop/1/example")" "$(spectra "$stop/1/obedience")"
done

# ---- The least set of layers and projections ---------------------------------------------------
if grep -q 'name: layers' "$here/$study.yaml"; then
  python3 "$here/least_set.py" "$work" "$study" "$bin" work/study/prompts "$data" "$work/least-set"
fi

# ---- The card ----------------------------------------------------------------------------------
"$bin/report-claims" "$work" --output "$results" --force
for file in results.csv least-set.json least-set.md; do
  [ ! -f "$work/$file" ] || cp "$work/$file" "$results/"
done
cat "$results/claims.md"
