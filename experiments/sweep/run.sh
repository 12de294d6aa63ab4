#!/bin/sh
# Ranks across attacks, examples and seeds on SmolLM2, and what a rank costs.
#
#   usage: run.sh     reads downloads/, writes work/sweep/ and work/results/sweep/
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${SUTURE_BIN:-$root/.build/release}
base=${SUTURE_WORK:-$root/work}
results=${SUTURE_RESULTS:-$base/results}/sweep
here=$root/experiments/sweep

python3 "$root/experiments/fetch/fetch.py" quickstart
python3 "$root/experiments/fetch/split_prompts.py"
mkdir -p "$results"

# shellcheck disable=SC2086  # a list of flags
"$bin/sweep-ranks" "$here/eight-ranks.yaml" --output "$base/sweep" ${SWEEP_FLAGS:-}
{
  echo "Eight ranks of one recovery (\`experiments/sweep/eight-ranks.yaml\`)"
  echo
  python3 "$here/cost.py" "$base/sweep"
} > "$results/eight-ranks.md"
# shellcheck disable=SC2086
"$bin/sweep-ranks" "$here/ranks.yaml" --output "$base/sweep" ${SWEEP_FLAGS:-}
cp "$base/sweep/results.csv" "$results/ranks.csv"
{
  echo "Ranks across attacks, examples and seeds (\`experiments/sweep/ranks.yaml\`)"
  echo
  python3 "$here/cost.py" "$base/sweep"
} > "$results/ranks.md"
cat "$results/eight-ranks.md" "$results/ranks.md"
