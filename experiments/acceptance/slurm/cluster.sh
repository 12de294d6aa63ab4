#!/usr/bin/env bash
# A Slurm cluster of its own on this host, for tests (Debian's slurmctld, slurmd, slurm-client and munge).
#   cluster.sh start DIR [NODES]    start munged, slurmctld and NODES (default 1) slurmd "nodes" n1..nN
#   cluster.sh stop DIR             cancel the jobs, stop every daemon (by pid), leave nothing running
#   cluster.sh kill-node DIR NODE   the node dies: slurmd, slurmstepd and all its job processes, SIGKILL
#   cluster.sh start-node DIR NODE  the node comes back
#   cluster.sh hang-node DIR NODE   SIGSTOP its slurmd: looks down to slurmctld, jobs run on; unhang-node: SIGCONT
#   cluster.sh kill-controller DIR       slurmctld dies; start-controller DIR: it comes back with what it had saved
#   cluster.sh env DIR              print the lines to eval in a client shell
# Nothing outside DIR is written. No systemd, no cgroups, no accounting database.
# Environment knobs: CLUSTER_PORT (base port, default 17000 + hash of DIR), CLUSTER_CPUS (per node, 2),
# CLUSTER_MEM (MB per node, 1000), CLUSTER_NS=0 (do not put each node in its own pid/uts/mount namespace),
# CLUSTER_EXTRA (lines added to slurm.conf).
set -u
PATH=$PATH:/usr/sbin:/sbin

die() { echo "cluster: $*" >&2; exit 1; }

# wait_for SECONDS COMMAND...: poll every 0.1 s, bounded
wait_for() {
  local n=$(( $1 * 10 )); shift
  while [ "$n" -gt 0 ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; n=$((n - 1)); done
  return 1
}

# pid_of FILE COMM: the pid in FILE if that process is alive and is called COMM
pid_of() {
  local p; p=$(cat "$1" 2>/dev/null) || return 1
  [ -n "$p" ] && [ "$(cat "/proc/$p/comm" 2>/dev/null)" = "$2" ] || return 1
  case "$(cut -d')' -f2 "/proc/$p/stat" 2>/dev/null)" in " Z"*) return 1;; esac
  echo "$p"
}
gone() { ! pid_of "$1" "$2" >/dev/null; }

# stop_one FILE COMM SECONDS: TERM, wait, KILL
stop_one() {
  local p; p=$(pid_of "$1" "$2") || return 0
  kill -TERM "$p" 2>/dev/null
  wait_for "$3" gone "$1" "$2" || { echo "cluster: $2 $p did not stop, killing it" >&2; kill -KILL "$p" 2>/dev/null; wait_for 5 gone "$1" "$2"; }
}

use_ns() { [ "${CLUSTER_NS:-1}" = 1 ] && [ "$(id -u)" = 0 ] && unshare -p -u -m -f true 2>/dev/null; }

write_conf() {
  local host user base
  host=$(hostname -s); user=$(id -un)
  base=${CLUSTER_PORT:-$(( 17000 + ( $(printf %s "$DIR" | cksum | cut -d' ' -f1) % 400 ) * 20 ))}
  cat > "$DIR/slurm.conf" <<CONF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$base
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
# cred_expire is also how long a requeued job waits before it may start again (default 120 s)
AuthInfo=socket=$DIR/munge/munge.socket,cred_expire=5
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$DIR/log/jobcomp.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0,sched_min_interval=100000
PriorityType=priority/basic
JobRequeue=1
ReturnToService=2
SlurmctldTimeout=10
SlurmdTimeout=6
MessageTimeout=5
TCPTimeout=2
InactiveLimit=0
KillWait=3
MinJobAge=3600
MaxArraySize=1001
Waittime=0
SlurmdParameters=config_overrides
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool/%n
SlurmctldPidFile=$DIR/run/slurmctld.pid
SlurmdPidFile=$DIR/run/slurmd.%n.pid
SlurmctldLogFile=$DIR/log/slurmctld.log
SlurmdLogFile=$DIR/log/slurmd.%n.log
SlurmctldDebug=info
SlurmdDebug=info
CONF
  local i
  for i in $(seq 1 "$NODES"); do
    echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + i)) CPUs=${CLUSTER_CPUS:-2} RealMemory=${CLUSTER_MEM:-1000} State=UNKNOWN"
  done >> "$DIR/slurm.conf"
  echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP" >> "$DIR/slurm.conf"
  [ -z "${CLUSTER_EXTRA:-}" ] || printf '%s\n' "$CLUSTER_EXTRA" >> "$DIR/slurm.conf"
}

start_node() {
  local n=$1
  mkdir -p "$DIR/spool/$n"
  pid_of "$DIR/run/node.$n.pid" slurmd >/dev/null && return 0
  rm -f "$DIR/run/slurmd.$n.pid" "$DIR/run/node.$n.pid" "$DIR/run/init.$n.pid"
  if use_ns; then
    # own pid namespace: killing its first process (a bash that reaps) kills slurmd, slurmstepd and every job
    # process at once, like a dead machine; own uts namespace: hostname says n1, n2, ...
    setsid unshare --pid --uts --mount --fork --kill-child --mount-proc \
      bash -c 'hostname "$1"; slurmd -D -N "$1" & wait $!' node-init "$n" >"$DIR/log/slurmd.$n.out" 2>&1 </dev/null &
    wait_for 10 find_ns_pids $! "$n" || { tail -5 "$DIR/log/slurmd.$n.out" "$DIR/log/slurmd.$n.log" >&2; die "slurmd $n did not start"; }
  else
    setsid slurmd -D -N "$n" >"$DIR/log/slurmd.$n.out" 2>&1 </dev/null &
    echo $! > "$DIR/run/node.$n.pid"
  fi
}
child() { cut -d' ' -f1 "/proc/$1/task/$1/children" 2>/dev/null; }
find_ns_pids() { # UNSHARE_PID NODE
  local init d
  init=$(child "$1"); [ -n "$init" ] || return 1
  for d in $(cat "/proc/$init/task/$init/children" 2>/dev/null); do
    [ "$(cat "/proc/$d/comm" 2>/dev/null)" = slurmd ] || continue
    echo "$init" > "$DIR/run/init.$2.pid"; echo "$d" > "$DIR/run/node.$2.pid"; return 0
  done
  return 1
}

nodes_of() { sed -n 's/^NodeName=\(n[0-9]*\) .*/\1/p' "$DIR/slurm.conf"; }

# processes below a pid (deepest last), for the mode without namespaces: slurmstepd is re-parented to pid 1,
# so those are found by their command line, "slurmstepd: [JOB.STEP]", and SLURM_CONF in their environment
stepds_of() {
  local p
  for p in /proc/[0-9]*; do
    [ "$(cat "$p/comm" 2>/dev/null)" = slurmstepd ] || continue
    { tr '\0' '\n' < "$p/environ"; } 2>/dev/null | grep -qx "SLURM_CONF=$DIR/slurm.conf" || continue
    [ -z "${1:-}" ] || ls -l "$p/fd" 2>/dev/null | grep -q "slurmd.$1.log" || continue
    echo "${p#/proc/}"
  done
}
tree_of() { local c; for c in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$c"; tree_of "$c"; done; }

up() { scontrol ping 2>/dev/null | grep -q 'is UP'; }
# each slurmd of this start says so in its fresh .out, and slurmctld counts every node as usable (a state recovered
# from DIR/state can say idle before the slurmd is there, so neither test is enough alone)
all_idle() { [ "$(grep -l 'slurmd started on' "$DIR"/log/slurmd.n*.out 2>/dev/null | wc -l)" = "$NODES" ] && [ "$(sinfo -h -N -o '%N %t' | grep -E ' (idle|alloc|mix)$' | sort -u | wc -l)" = "$NODES" ]; }

start() {
  local c
  for c in munged slurmctld slurmd sbatch; do command -v "$c" >/dev/null || die "no $c: apt-get install --no-install-recommends slurmctld slurmd slurm-client munge"; done
  pid_of "$DIR/run/slurmctld.pid" slurmctld >/dev/null && die "already running in $DIR"
  mkdir -p "$DIR"/munge "$DIR"/state "$DIR"/spool "$DIR"/run "$DIR"/log || die "cannot create $DIR"
  chmod 755 "$DIR" "$DIR/munge" "$DIR/spool" "$DIR/run" "$DIR/log"; chmod 700 "$DIR/state"
  write_conf
  [ -s "$DIR/munge/munge.key" ] || (umask 077; head -c 128 /dev/urandom > "$DIR/munge/munge.key")
  pid_of "$DIR/munge/munged.pid" munged >/dev/null || munged --socket="$DIR/munge/munge.socket" --key-file="$DIR/munge/munge.key" \
    --pid-file="$DIR/munge/munged.pid" --seed-file="$DIR/munge/munged.seed" --log-file="$DIR/munge/munged.log" \
    || die "munged did not start (see $DIR/munge/munged.log)"
  start_controller
  local n; for n in $(nodes_of); do start_node "$n"; done
  wait_for 20 up || { tail -5 "$DIR/log/slurmctld.log" >&2; stop; die "slurmctld did not answer in 20 s"; }
  wait_for 30 all_idle || { sinfo -N -l >&2; stop; die "not all nodes idle after 30 s"; }
  echo "export SLURM_CONF=$SLURM_CONF"
}

start_controller() { setsid slurmctld -D -f "$SLURM_CONF" >>"$DIR/log/slurmctld.out" 2>&1 </dev/null & }
kill_controller() {
  local p; p=$(pid_of "$DIR/run/slurmctld.pid" slurmctld) || die "slurmctld is not running"
  kill -KILL "$p"; wait_for 5 gone "$DIR/run/slurmctld.pid" slurmctld
}

kill_node() {
  local n=$1 p t
  if p=$(pid_of "$DIR/run/init.$n.pid" bash); then kill -KILL "$p"
  elif p=$(pid_of "$DIR/run/node.$n.pid" slurmd); then
    kill -KILL "$p"
    for p in $(stepds_of "$n"); do t=$(tree_of "$p"); kill -KILL "$p" $t 2>/dev/null; done
  else echo "cluster: $n is not running" >&2; return 0; fi
  wait_for 5 gone "$DIR/run/node.$n.pid" slurmd
  rm -f "$DIR/run/node.$n.pid" "$DIR/run/init.$n.pid"
}
# a hung or cut-off node: slurmd stops answering, its jobs run on (and run twice once requeued)
hang_node() { local p; p=$(pid_of "$DIR/run/node.$1.pid" slurmd) && kill -STOP "$p"; }
unhang_node() { local p; p=$(pid_of "$DIR/run/node.$1.pid" slurmd) && kill -CONT "$p"; }

no_jobs() { [ -z "$(squeue -h -t R,CG,S 2>/dev/null)" ]; }
stop() {
  local n p t
  [ -s "$DIR/slurm.conf" ] || return 0
  if up && [ -n "$(squeue -h)" ]; then scancel --user="$(id -un)" 2>/dev/null; wait_for 8 no_jobs || scancel --signal=KILL --user="$(id -un)" 2>/dev/null; fi
  stop_one "$DIR/run/slurmctld.pid" slurmctld 15
  for n in $(nodes_of); do
    unhang_node "$n"
    stop_one "$DIR/run/node.$n.pid" slurmd 10
    p=$(pid_of "$DIR/run/init.$n.pid" bash) && kill -KILL "$p" 2>/dev/null
    rm -f "$DIR/run/node.$n.pid" "$DIR/run/init.$n.pid"
  done
  for p in $(stepds_of); do t=$(tree_of "$p"); kill -KILL "$p" $t 2>/dev/null; done
  stop_one "$DIR/munge/munged.pid" munged 5
}

[ $# -ge 2 ] || { sed -n '2,14p' "$0"; exit 2; }
CMD=$1; mkdir -p "$2" 2>/dev/null; DIR=$(cd "$2" && pwd) || die "no directory $2"
export SLURM_CONF=$DIR/slurm.conf
case $CMD in
  start) NODES=${3:-1}; start ;;
  stop) stop ;;
  kill-node) kill_node "${3:?node}" ;;
  start-node) start_node "${3:?node}" ;;
  hang-node) hang_node "${3:?node}" ;;
  unhang-node) unhang_node "${3:?node}" ;;
  kill-controller) kill_controller ;;
  start-controller) start_controller; wait_for 20 up || die "slurmctld did not answer in 20 s" ;;
  env) echo "export SLURM_CONF=$SLURM_CONF" ;;
  *) die "unknown command $CMD" ;;
esac
