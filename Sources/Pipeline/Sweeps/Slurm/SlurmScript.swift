import Files

/// The batch script of a sweep, `slurm/batch.sh` in its folder: one for all stages, and for the tables.
///
/// Its first argument is the stage, the second the number of shares that the stage's cells are dealt to; the
/// task's number in its array is the share that it makes. Shortly before the time limit Slurm sends it `USR1`, which it
/// passes on: the sweep begins no more cells then, and ends with `moreToDo` when cells are left and some were
/// made, upon which the script has Slurm queue the task again.
package struct SlurmScript {
  /// The exit code of a task that was stopped between cells (`EX_TEMPFAIL`).
  package static let moreToDo: Int32 = 75
  /// The argument that makes the tables.
  static let results = "results"

  /// The folder of the sweep.
  let store: CellStore
  /// Of the sweep.
  let name: String
  /// Executable, sweep file and whatever else each run is given.
  let command: [String]
  /// The tools' folder.
  let tools: String
  /// Seconds from the signal until cells that still run are given up.
  let grace: Int

  /// Where it is.
  var path: String { "\(store.slurmFolder)/batch.sh" }

  /// Writes it.
  ///
  /// - Throws: `CellStore.Fault`, as on a full disk.
  func write() throws(CellStore.Fault) { try store.replace(path, by: text) }

  /// What it says.
  var text: String {
    let title = String(name.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
    return """
      #!/bin/sh
      # A task of the sweep \(title): written and submitted by sweep-ranks.
      #   batch.sh STAGE SHARES   makes a share of a stage's cells
      #   batch.sh \(Self.results)        makes the tables
      set -u
      unset SUTURE_PARENT SUTURE_CHECK
      export SUTURE_BIN=\(tools.shellWord)
      stage=$1
      task=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}
      # What this attempt begins and makes: one without an exit was lost.
      export SUTURE_ATTEMPT=\(store.attemptFolder.shellWord)/$stage-$task-${SLURM_RESTART_COUNT:-0}
      note() { printf '%s\\n' "$*" >>"$SUTURE_ATTEMPT"; } 2>/dev/null
      note "begin $(hostname)"
      if [ "$stage" = \(Self.results) ]; then
        set -- --status
      else
        threads=${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}
        memory=${SLURM_MEM_PER_NODE:-0}
        [ "$memory" != 0 ] || memory=$((${SLURM_MEM_PER_CPU:-0} * ${SLURM_CPUS_ON_NODE:-$threads}))
        set -- --stage "$stage" --task "${SLURM_ARRAY_TASK_ID:-0}" --of "$2" --keep-going \\
          --threads "$threads" --grace \(grace)
        # A tenth is left for what the tools do not count.
        [ "$memory" = 0 ] || set -- "$@" --memory-limit "$((memory * 9 / 10))MiB"
      fi
      \(command.map(\.shellWord).joined(separator: " ")) "$@" &
      pid=$!
      trap 'kill -USR1 "$pid" 2>/dev/null' USR1
      trap 'kill -TERM "$pid" 2>/dev/null' TERM INT
      # A signal ends the wait before the command ends.
      while :; do
        wait "$pid"
        status=$?
        kill -0 "$pid" 2>/dev/null || break
      done
      note "exit $status"
      if [ "$status" = \(Self.moreToDo) ]; then
        for attempt in 1 2 3; do
          # Slurm ends what is left of the job by itself.
          timeout -k 1 5 scontrol requeue "$task" && exec sleep 60
        done
        echo "error: $task could not be queued again: submit the sweep again" >&2
      fi
      exit "$status"

      """
  }
}
