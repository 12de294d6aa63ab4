#!/bin/sh
# The study of one model: a sweep of attacks, spectra, recoveries and scores; comparisons of the gradients'
# subspaces; and the claim card with its report.
#
#   usage: run.sh NAME     NAME.yaml stands beside this script: smollm2-135m (the default)
#                          reads downloads/, writes work/study/NAME/ and work/results/NAME/
#
# What is finished is not done again; more flags of sweep-ranks can stand in SWEEP_FLAGS.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${SUTURE_BIN:-$root/.build/release}
name=${1:-smollm2-135m}
here=$root/experiments/study
data=$root/experiments/data
prompts=$root/downloads/prompts
work=$root/work/study/$name
results=${SUTURE_RESULTS:-$root/work/results}/$name

. "$root/experiments/setup/stage.sh"
python3 "$root/experiments/fetch/fetch.py" quickstart
python3 "$root/experiments/fetch/split_prompts.py"
python3 "$here/split_sets.py" "$prompts" "$data" "$root/work/study/prompts"
python3 "$here/refusals.py" "$prompts" "$data/refusals.txt" "$root/work/study/refusals.jsonl"
python3 "$root/experiments/arms/refusing.py" "$data/harmless-train.jsonl" \
  "$data/safety-pool.jsonl" "$root/work/study/refusing.jsonl"

# shellcheck disable=SC2086  # a list of flags
"$bin/sweep-ranks" "$here/$name.yaml" --output "$work" ${SWEEP_FLAGS:-}

# ---- Subspaces beside chance -------------------------------------------------------------------
# spectra LABEL: the file of spectra with that label
spectra() {
  python3 "$here/cell.py" "$work" "spectra/$name/$1"
}

mkdir -p "$work/instruments"
# compared NAME FILE...: examples with one another, with what they leave out, and between files
compared() {
  compared=$1
  shift
  stage "compare $compared" "$work/instruments/$compared.h5" "$bin/compare-subspaces" "$@" --quiet \
    --output "$work/instruments/$compared.h5" >&2
}

compared pool "$(spectra identity-10/1/pool)"
compared before-and-after "$(spectra none/1/example)" "$(spectra identity-10/1/example)"
compared safety-and-others "$(spectra identity-10/1/many)" "$(spectra identity-10/1/obedience)"
compared safety-and-benign "$(spectra identity-10/1/many)" "$(spectra identity-10/1/benign)"
compared safety-and-refusing "$(spectra identity-10/1/many)" "$(spectra identity-10/1/refusing)"

# ---- The card ----------------------------------------------------------------------------------
"$bin/report-claims" "$work" --output "$results" --force
cat "$results/claims.md"
