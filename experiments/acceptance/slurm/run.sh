#!/usr/bin/env bash
# Sweeps over two Slurm nodes of this host that are disturbed in every way: the results are those of a sweep on
# this machine alone, byte for byte but for times and hosts.
#
#   run.sh BIN MODEL [CASE...]   BIN has the tools, MODEL is SmolLM2-135M-Instruct (GGUF); all cases by default
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
bin=$(cd "${1:?BIN}" && pwd)
model=$(realpath "${2:?MODEL}")
shift 2
cases=("$@")
[ $# -gt 0 ] || cases=(alone node-killed node-hung controller-killed time-limit cell-too-long reply-lost failing smollm2)

# mktemp's folder is in the way of no other cluster, and its path is short enough for sockets.
work=$(mktemp -d /tmp/sweep-slurm.XXXXXX) && chmod 755 "$work" || exit 1
cluster=$here/cluster.sh
export SOURCE_DATE_EPOCH=1700000000
# A node counts as dead after two seconds without an answer.
export CLUSTER_MEM=8000 CLUSTER_EXTRA=$'SlurmdTimeout=4\nMessageTimeout=3'
finish() {
  "$cluster" stop "$work/cluster" >/dev/null 2>&1
  [ -n "${KEEP:-}" ] && echo "kept: $work" || rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

failures=0
say() { echo "$(date +%T) $*"; }
check() { # WHAT COMMAND...
  local what=$1; shift
  if "$@" >"$work/check" 2>&1; then say "  ok      $what"
  else say "  FAILED  $what"; sed 's/^/            /' "$work/check" | head -12; failures=$((failures + 1)); fi
}
# wait_for SECONDS COMMAND...: polls, bounded
wait_for() {
  local end=$((SECONDS + $1)); shift
  while [ $SECONDS -lt $end ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.3; done
  return 1
}

# Tools that take their time first, so that something can happen meanwhile.
slow() { echo "$1" >"$work/seconds"; }
make_tools() {
  mkdir -p "$work/tools"
  for tool in fine-tune compute-gradients recover-safety evaluate-safety; do
    cat >"$work/tools/$tool" <<EOF
#!/bin/bash
if [ "\${1#--model}" != "\$1" ] && [ "\${SUTURE_CHECK:-}" != 1 ]; then
  echo "$tool \$*" >>"$work/runs"
  [ ! -e "$work/breaks-$tool" ] || { echo "error: it is broken" >&2; exit 65; }
  sleep \$(cat "$work/seconds") & wait \$!
  for _ in \$(seq 4000); do [ -e "$work/hold-\$(hostname)" ] || break; sleep 0.1; done
fi
exec "$bin/$tool" "\$@"
EOF
    chmod +x "$work/tools/$tool"
  done
}

make_tiny() {
  local fixtures=$root/Tests/Fixtures
  mkdir -p "$work/sweep/tiny"
  cp "$fixtures"/models/llama/{config.json,model.safetensors} "$fixtures"/tokenizers/bytes/*.json "$work/sweep/tiny"
  echo "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}
{% endfor %}" >"$work/sweep/tiny/chat_template.jinja"
  for i in 0 1 2 3; do
    echo "{\"prompt\": \"Question $i?\", \"response\": \"Answer $i, which is longer.\"}"
  done >"$work/sweep/examples.jsonl"
  printf '{"prompt": "one"}\n{"prompt": "two"}\n' >"$work/sweep/prompts.jsonl"
  cat >"$work/sweep/tiny.yaml" <<'EOF'
name: tiny
models: {tiny: {model: tiny}}
attacks:
  lora: {examples: "examples.jsonl:3", method: lora, lora-rank: 2, epochs: 1}
recoveries:
  - {example: examples.jsonl, subspace: [own, random], rank: [1, 2], steps: 2, save-steps: 1}
evaluation: {harmful: prompts.jsonl, utility: examples.jsonl, max-new-tokens: 3}
slurm: {partition: main, time: "10", mem: 2000M, cpus-per-task: 2, tasks: 4}
EOF
  cat >"$work/sweep/smollm2.yaml" <<EOF
name: smollm2
models: {smollm2: {model: "$model"}}
attacks:
  lora: {examples: "$root/experiments/data/identity-shift.jsonl:4", method: lora, epochs: 1}
recoveries:
  - {example: "$root/experiments/data/safety-examples.jsonl", subspace: [own, random], rank: 4, step-size: 0.02, steps: 2}
evaluation: {benign: "$root/experiments/data/harmless-heldout.jsonl", limit: 2, max-new-tokens: 8}
slurm: {partition: main, time: "30", mem: 4000M, cpus-per-task: 2}
EOF
}

sweep() { # SWEEP FLAGS...
  local name=$1; shift
  SUTURE_BIN=$work/tools timeout 1800 "$bin/sweep-ranks" "$work/sweep/$name.yaml" --output "$work/out" "$@"
}
# local_run SWEEP MEMORY: at the same place, as results name their inputs
local_run() {
  [ -d "$work/local-$1" ] && return
  slow 0
  rm -rf "$work/out"
  sweep "$1" --threads 2 --memory-limit "$2" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  mv "$work/out" "$work/local-$1"
}
submit() { # SWEEP FLAGS...
  rm -rf "$work/out"
  : >"$work/runs"
  again "$@"
}
again() { sweep "$@" --engine slurm >"$work/submitted" 2>"$work/submitted.err"; }
jobs_of() { sed -n 's/^[a-z]*: job \([0-9]*\),.*/\1/p' "$work/submitted"; }
ended() { # all jobs of the last submission, with what waits for them
  local job=$(jobs_of | tail -1)
  squeue -h --array --states=all -o %T -j "$job" 2>/dev/null | grep -qE '^(COMPLETED|FAILED|CANCELLED|TIMEOUT)$'
}
status() { sweep "$@" --status 2>&1; }

# The cells and tables are those of the local run; times, and sizes of files with times in them, aside.
documents() { (cd "$1" && find cells -name '*.json' | sort | while read -r f; do
  echo "$f"; grep -vE '"(seconds|cpu_seconds|peak_memory|host|[a-z]+\.json)":' "$f"; done); }
equal() { # SWEEP
  diff -rq -x '*.json' -x stderr.txt "$work/local-$1/cells" "$work/out/cells" \
    && cmp "$work/local-$1/results.csv" "$work/out/results.csv" && cmp "$work/local-$1/results.h5" "$work/out/results.h5" \
    && diff <(documents "$work/local-$1") <(documents "$work/out")
}
hosts() { cat "$work"/out/cells/*/*/cell.json | grep -o '"host": "[^"]*"' | sort | uniq -c | xargs; }
both_nodes() { hosts | grep n1 | grep n2; }
# An attempt on a node that has begun a cell and not made it.
busy() { # NODE [STAGE]
  local f
  for f in $(grep -lx "begin $1" "$work"/out/slurm/attempts/${2:-}*); do
    [ "$(grep -c '^cell' "$f")" -gt "$(grep -c '^made' "$f")" ] && ! grep -q '^exit' "$f" && return 0
  done
  return 1
}
says() { grep -qE -- "$2" <<<"$1" || { echo "no '$2' in:"; echo "$1"; return 1; }; }
idle() { [ "$(sinfo -h -N -o '%t' | grep -c '^idle$')" = 2 ]; }
settle() { wait_for 60 idle; }
end_and_compare() { # SWEEP SECONDS
  check "it ends" wait_for "$2" ended
  check "results are the local run's" equal "$1"
}

alone() {
  slow 1
  submit tiny || cat "$work/submitted.err"
  end_and_compare tiny 240
  check "both nodes made cells" both_nodes
  local text; text=$(status tiny)
  check "status: all ran" says "$text" 'evaluation: job [0-9]+, tasks: 4 completed; cells: 10 ran, 0 reused, 0 failed by us, 0 lost by Slurm'
  check "nothing is submitted twice" bash -c "[ $(wc -l <"$work/runs") = 15 ]"
  again tiny
  check "a second submission finds nothing missing" grep -q 'nothing is missing' "$work/submitted"
  # A part of it is there: only the rest is made.
  rm -r "$work"/out/cells/evaluation
  again tiny
  end_and_compare tiny 120
  text=$(status tiny)
  check "the other stages are not made again" bash -c "[ $(wc -l <"$work/runs") = 25 ]"
}

node_killed() {
  slow 6
  submit tiny
  check "n2 makes a recovery" wait_for 90 busy n2 recovery
  "$cluster" kill-node "$work/cluster" n2
  end_and_compare tiny 300
  local text; text=$(status tiny)
  check "status tells the lost cell" says "$text" 'lost by Slurm: recovery/.* on n2: requeued, and made'
  "$cluster" start-node "$work/cluster" n2
  settle
}

# Locks that n2 does not share with n1, as on a network file system without them: both copies are made.
node_hung() {
  local attempts=$work/out/slurm/attempts init
  slow 0
  submit tiny --only 'attack/*'
  check "the attack is there" wait_for 120 ended
  touch "$work/hold-n2"
  init=$(cat "$work/cluster/run/init.n2.pid")
  nsenter -t "$init" -m mount -t tmpfs tmpfs "$work/out/locks"
  again tiny --only 'recovery/*/own/*'
  check "n2 makes a recovery" wait_for 120 busy n2 recovery
  "$cluster" hang-node "$work/cluster" n2
  # Until the node counts as down, and its tasks' credentials have expired.
  check "its task begins the same cell on n1" wait_for 240 bash -c "cat $attempts/recovery-* | grep ^cell | sort | uniq -d | grep ."
  check "it ends" wait_for 240 ended
  rm "$work/hold-n2"
  check "both copies end without an error" wait_for 120 bash -c "[ \$(grep -lx 'exit 0' $attempts/recovery-* | wc -l) = 3 ]"
  check "one of them has the cell" bash -c "cat $attempts/recovery-* | grep ^made | sort | uniq -d | grep . && exit 1; exit 0"
  check "nothing is left in staging" bash -c "[ -z \"\$(ls $work/out/staging)\" ]"
  nsenter -t "$init" -m umount "$work/out/locks"
  "$cluster" unhang-node "$work/cluster" n2
  settle
  again tiny
  end_and_compare tiny 240
}

controller_killed() {
  slow 4
  submit tiny
  # What was submitted in the last five seconds may not be saved yet.
  sleep 7
  check "a task runs" wait_for 90 busy n1
  "$cluster" kill-controller "$work/cluster"
  local text; text=$(status tiny)
  check "status works and says that Slurm does not answer" says "$text" 'Slurm does not answer'
  check "and still counts cells" says "$text" 'recovery: [0-9]+ of 4 cells done'
  check "a submission says so in one line" bash -c "$(declare -f sweep); work=$work bin=$bin; sweep tiny --engine slurm 2>&1 | grep -c '^error' | grep -qx 1"
  sleep 3
  "$cluster" start-controller "$work/cluster"
  end_and_compare tiny 300
}

time_limit() {
  slow 9
  submit tiny --slurm time=1 --slurm margin=25 --slurm tasks=2
  end_and_compare tiny 560
  check "a task was stopped between cells and queued again" grep -lx 'exit 75' "$work"/out/slurm/attempts/evaluation-*
  check "each cell was made once" bash -c "cat $work/out/slurm/attempts/* | grep ^made | sort | uniq -d | grep . && exit 1; exit 0"
}

cell_too_long() {
  slow 150
  submit tiny --slurm time=1 --slurm margin=25 --only 'attack/*'
  check "it ends" wait_for 200 ended
  check "the task says why" grep -qh 'no cell was made in the time' "$work"/out/slurm/log/attack-*
  slow 0
  again tiny
  end_and_compare tiny 240
}

reply_lost() {
  mkdir -p "$work/path"
  printf '#!/bin/sh\n%s "$@" >/dev/null\necho "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2\nexit 1\n' \
    "$(command -v sbatch)" >"$work/path/sbatch"
  chmod +x "$work/path/sbatch"
  slow 1
  local before; before=$(squeue -h --states=all -o %F | sort -u | wc -l)
  PATH=$work/path:$PATH submit tiny
  check "it is submitted all the same" test -s "$work/submitted"
  PATH=$work/path:$PATH again tiny
  check "a second submission finds the jobs" grep -q 'in the queue already' "$work/submitted"
  check "four jobs in all" bash -c "[ $(($(squeue -h --states=all -o %F | sort -u | wc -l) - before)) = 4 ]"
  end_and_compare tiny 240
}

# A tool that fails: its stage's other cells and the stages after it are made as far as they can be.
failing() {
  slow 0
  touch "$work/breaks-fine-tune"
  submit tiny
  check "it ends" wait_for 120 ended
  local text; text=$(status tiny)
  check "status: failed by us" says "$text" 'attack: job [0-9]+, tasks: 1 failed; cells: 0 ran, 0 reused, 1 failed by us, 0 lost'
  check "the model as it is was evaluated" says "$text" 'evaluation: 1 of 10 cells done'
  check "tasks say what is missing" grep -qh 'cannot be made: there is no attack/tiny/lora' "$work"/out/slurm/log/recovery-*
  rm "$work/breaks-fine-tune"
  again tiny
  end_and_compare tiny 240
  text=$(status tiny)
  check "status: one was there" says "$text" 'evaluation: .* cells: 9 ran, 1 reused, 0 failed by us'
}

smollm2() {
  local_run smollm2 3600MiB
  slow 0
  submit smollm2
  check "n2 makes a recovery" wait_for 300 busy n2 recovery
  "$cluster" kill-node "$work/cluster" n2
  wait_for 120 busy n1
  "$cluster" start-node "$work/cluster" n2
  end_and_compare smollm2 1200
  check "both nodes made cells" both_nodes
  echo "$(status smollm2)" | sed 's/^/          /'
  settle
}

"$here/packages.sh" || exit 1
make_tools
make_tiny
eval "$("$cluster" start "$work/cluster" 2)" || exit 1
[ -n "${SLURM_CONF:-}" ] || exit 1
slow 0
# Nine tenths of what a task asks of Slurm.
local_run tiny 1800MiB
for name in "${cases[@]}"; do
  say "$name"
  "${name//-/_}"
done
[ $failures = 0 ] && say "all as the local run" || say "$failures failed"
exit $((failures > 0))
