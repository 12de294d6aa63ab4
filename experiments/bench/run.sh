#!/usr/bin/env bash
# Measures speed and memory on SmolLM2-135M, on one thread and on all: results/bench/THREADS-threads.json
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
bin=${SUTURE_BIN:-$root/.build/release}
model=$root/downloads/models/SmolLM2-135M-Instruct.Q4_1.gguf
results=$root/results/bench
mkdir -p "$results"

for threads in 1 $(nproc); do
  echo "threads: $threads"
  "$bin/measure-speed" --model "$model" --threads "$threads" --tokens 64 --tokens 256 --quiet --json \
    > "$results/$threads-threads.json"
  cat "$results/$threads-threads.json"
done
