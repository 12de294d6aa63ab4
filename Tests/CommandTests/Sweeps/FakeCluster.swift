import Foundation
import TestSupport

/// Clients of Slurm for a sweep with fake tools: `sbatch` runs all tasks of a job before it answers.
struct FakeCluster {
  let tools: FakeTools

  init(_ tools: FakeTools) throws {
    self.tools = tools
    let clients = ["sbatch": Self.sbatch, "squeue": Self.squeue, "scontrol": Self.scontrol]
    for (name, body) in clients {
      let path = try tools.scratch.write(
        "#!/bin/bash\nd=$(dirname \"$0\")\n\(body)\n", to: "slurm/\(name)")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
  }

  private static let sbatch = #"""
    n=$(($(cat "$d/count" 2>/dev/null || echo 16) + 1))
    echo $n >"$d/count"
    echo "$*" >>"$d/submitted"
    array=
    while [ "${1#-}" != "$1" ]; do
      case $1 in --array=*) array=${1#*=} ;; --comment=*) comment=${1#*=} ;; esac
      shift
    done
    export SLURM_JOB_ID=$n SLURM_CPUS_PER_TASK=2 SLURM_MEM_PER_NODE=1000
    run() {
      sh "$@" >>"$d/out" 2>&1 && state=COMPLETED || state=FAILED
      printf '%-40s%-24s%-12s%-120s%-60s%-80s\n' $id $state 0 "$comment" n1 None >>"$d/queue"
    }
    if [ "$array" ]; then
      export SLURM_ARRAY_JOB_ID=$n SLURM_ARRAY_TASK_ID
      for range in ${array//,/ }; do
        for SLURM_ARRAY_TASK_ID in $(seq ${range%-*} ${range#*-}); do
          id=${n}_$SLURM_ARRAY_TASK_ID
          run "$@"
        done
      done
    else
      id=$n
      run "$@"
    fi
    echo $n
    """#

  private static let squeue = #"""
    if [ -e "$d/down" ]; then
      echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2
      exit 1
    fi
    cat "$d/queue" 2>/dev/null || true
    """#

  private static let scontrol = #"""
    if [ "$1" = show ]; then echo "MaxArraySize = 1001"; else echo "$*" >>"$d/control"; fi
    """#

  /// Variables of a process that finds these clients.
  var environment: [String: String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return ["PATH": "\(tools.scratch.file("slurm")):\(path)"]
  }

  /// What was submitted, one a line.
  func submitted() throws -> [String] {
    try tools.scratch.text("slurm/submitted").split(separator: "\n").map(String.init)
  }
}
