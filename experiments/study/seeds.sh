#!/bin/sh
# The verdicts of the study with other seeds, beside those of the first: ends with 1 when one flips that the first
# card had not called unstable.
#
#   usage: seeds.sh     after run.sh smollm2-135m, whose inputs and claim card it reads
set -eu

cd "$(dirname "$0")/../.."
bin=${SUTURE_BIN:-.build/release}
here=experiments/study
name=smollm2-135m
work=work/study/$name-seeds
results=${SUTURE_RESULTS:-work/results}

# shellcheck disable=SC2086  # a list of flags
"$bin/sweep-ranks" "$here/$name-seeds.yaml" --output "$work" ${SWEEP_FLAGS:-}
"$bin/report-claims" "$work" --output "$work/card" --force
python3 "$here/compare_cards.py" "$results/$name/claims.json" "$work/card/claims.json" \
  >"$results/$name/seeds.md" && flips=0 || flips=1
cat "$results/$name/seeds.md"
exit $flips
