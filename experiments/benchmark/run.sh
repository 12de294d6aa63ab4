#!/usr/bin/env bash
# Runs the benchmark and draws it: work/results/benchmark.json, .md, .svg and .png
#
#   usage: run.sh [FLAGS OF benchmark.py]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/experiments/benchmark
results=${SUTURE_RESULTS:-${SUTURE_WORK:-$root/work}/results}
work=${SUTURE_WORK:-$root/work}/benchmark

mkdir -p "$results"
TQDM_DISABLE=1 "$root/.venv-test/bin/python" "$here/benchmark.py" --suture "${SUTURE_BIN:-$root/.build/release}" \
  --model "$root/downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf" --work "$work" \
  --output "$results/benchmark.json" "$@"
"$root/.venv-draw/bin/python" "$here/report.py" \
  "$results/benchmark.json" "$results/benchmark.md" "$results/benchmark"
echo "benchmark: the table and figure are in $results" >&2
